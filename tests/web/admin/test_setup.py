"""
Tests of L{gigasetd.web.admin.setup}.
"""

from __future__ import annotations

from twisted.logger import capturedLogs, formatEvent

from tests.web.browser import Browser, PeopleCase
from tests.web.case import FAR


class SetupTests(PeopleCase):
    """
    The first run.
    """

    def setUp(self) -> None:
        """
        Tell the link.
        """
        super().setUp()
        self.setup_ = self.web.browserPages.operator.setup
        self.setup_.announce("http://server")
        self.path = self.setup_.link.removeprefix("http://server")

    def test_once(self) -> None:
        """
        The link leads to the first token, which logs in; then it is dead, and
        the token works.
        """
        self.assertRegex(self.path, r"\A/admin/setup/[\w-]{43}\Z")
        self.browser.get(self.path)
        answer = self.browser.send(self.path, name="admin")
        self.assertEqual(answer.code, 200)
        token = answer.body.partition(b'id="token">')[2].partition(b"<")[0].decode()
        self.assertEqual(self.browser.get("/admin/").code, 200)
        self.assertEqual(Browser(self).get(self.path).code, 404)
        other = Browser(self)
        other.get("/admin/login")
        self.assertEqual(other.send("/admin/login", token=token).code, 200)

    def test_sharedLog(self) -> None:
        """
        A log that others may read has the command, and no link.
        """
        with capturedLogs() as events:
            setup = self.web.browserPages.operator.setup
            setup.link = ""
            setup.announce("http://server", private=False)
        text = " ".join(str(formatEvent(event)) for event in events)
        self.assertEqual(setup.link, "")
        self.assertIn("run `gigasetctl token add NAME`", text)
        self.assertNotIn("http", text)

    def test_lookedAt(self) -> None:
        """
        To look at the page, as previews of links do, does not use it up; nor
        does a name that is refused.
        """
        for _ in range(3):
            self.assertEqual(Browser(self).get(self.path).code, 200)
        self.browser.get(self.path)
        self.assertEqual(self.browser.send(self.path, name=" bad").code, 400)
        self.browser.get(self.path)
        self.assertEqual(self.browser.send(self.path, name="good").code, 200)

    def test_fault(self) -> None:
        """
        The link stays good where the token cannot be stored, and then creates a
        token that the operator sees.
        """
        self.browser.get(self.path)
        self.disk.settle()
        self.disk.broken = True
        link = self.setup_.link
        self.assertEqual(self.browser.send(self.path, name="admin").code, 503)
        self.disk.broken = False
        self.assertEqual((self.setup_.link, self.registry.tokens), (link, {}))
        self.browser.get(self.path)
        self.assertEqual(self.browser.send(self.path, name="admin").code, 200)
        self.assertEqual(self.browser.get("/admin/").code, 200)

    def test_nobodyElse(self) -> None:
        """
        From elsewhere, or with another secret, there is nothing.
        """
        self.assertEqual(Browser(self, FAR).get(self.path).code, 404)
        self.assertEqual(Browser(self).get("/admin/setup/" + "x" * 43).code, 404)
        self.assertEqual(Browser(self).get("/admin/setup/").code, 404)

    def test_tokenMeanwhile(self) -> None:
        """
        When gigasetctl has made a token meanwhile, the link is dead.
        """
        self.dispatcher.verbs["token add"](_request("cli"))
        self.assertEqual(Browser(self).get(self.path).code, 404)

    def test_forged(self) -> None:
        """
        Another site cannot have the token made.
        """
        answer = self.browser.post(self.path, {"name": "x"})
        self.assertEqual(answer.code, 403)
        self.assertEqual(self.registry.tokens, {})


def _request(name: str) -> object:
    from gigasetd.control.messages import VerbRequest

    return VerbRequest({"name": name}, 0.0)
