// Somebody with @xmpp/client, driven by lines of JSON as
// tests/scenarios/softphone.py is.  Run in a directory where npm has put it.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.cwd()}/`);
const found = pathToFileURL(require.resolve("@xmpp/client"));
const { client, xml } = await import(found.href);

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
let xmpp;

const verbs = {
  // Log in, by the best mechanism, over STARTTLS.
  async connect({ jid, password, port }) {
    const [username, domain] = jid.split("@");
    const service = `xmpp://127.0.0.1:${port}`;
    xmpp = client({ service, domain, username, password, resource: "js" });
    xmpp.reconnect.stop();
    xmpp.on("error", (error) => say({ event: "fault", text: String(error) }));
    xmpp.on("offline", () => say({ event: "offline" }));
    xmpp.on("stanza", (stanza) => {
      if (!stanza.is("message")) return;
      say({
        event: "message",
        bare: stanza.attrs.from.split("/")[0],
        type: stanza.attrs.type,
        body: stanza.getChildText("body"),
        delayed: stanza.getChild("delay", "urn:xmpp:delay") !== undefined,
      });
    });
    xmpp.on("online", async (address) => {
      await xmpp.send(xml("presence"));
      say({ event: "online", jid: address.toString() });
    });
    xmpp.start().catch((error) => say({ event: "refused", text: String(error) }));
  },
  async send({ to, body }) {
    await xmpp.send(xml("message", { type: "chat", to }, xml("body", {}, body)));
  },
  async leave() {
    await xmpp.stop();
  },
};

for await (const text of createInterface({ input: process.stdin })) {
  const { id, do: verb, ...told } = JSON.parse(text);
  try {
    say({ id, result: (await verbs[verb](told)) ?? null });
  } catch (error) {
    say({ id, error: String(error) });
  }
}
process.exit(0);
