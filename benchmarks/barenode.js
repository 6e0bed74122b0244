// A bare Node http server that sends a file's bytes: barenode.js FILE; prints
// its port. What pages.py --bare holds gigasetd against.
"use strict";
const http = require("http");
const body = require("fs").readFileSync(process.argv[2]);
const server = http.createServer((request, response) => {
  response.writeHead(200, {
    "Content-Type": "application/xhtml+xml; charset=utf-8",
    "Content-Length": body.length,
    "Cache-Control": "no-store",
  });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
