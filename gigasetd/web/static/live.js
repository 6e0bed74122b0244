// Updates figures and tables by server-sent events. Without this script a page
// shows what was true when it was loaded.
"use strict";
(function () {
  var place = document.querySelector("[data-events]");
  if (!place || !window.EventSource) return;
  var mark = document.getElementById("live");
  function say(text) { if (mark) mark.textContent = text; }
  var source = new EventSource(place.getAttribute("data-events"));
  source.onopen = function () { say("Live"); };
  source.onerror = function () { say("Connection lost, reload to update"); };
  source.onmessage = function (event) {
    var data = JSON.parse(event.data);
    if (Array.isArray(data)) showRows(data); else showFigures(data);
  };
  function showFigures(figures) {
    Object.keys(figures).forEach(function (name) {
      var shown = document.querySelector('[data-figure="' + name + '"]');
      if (shown) shown.textContent = figures[name];
    });
  }
  function showRows(rows) {
    var body = place.querySelector("tbody");
    body.textContent = "";
    rows.forEach(function (cells) {
      var row = body.insertRow();
      cells.forEach(function (text) { row.insertCell().textContent = text; });
    });
    var none = document.getElementById("none");
    if (none) none.hidden = rows.length > 0;
  }
})();
