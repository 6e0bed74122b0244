// Live figures and tables: a page works without this, it then shows the
// moment it was loaded.
"use strict";
(function () {
  var place = document.querySelector("[data-events]");
  if (!place || !window.EventSource) return;
  var mark = document.getElementById("live");
  function say(text) { if (mark) mark.textContent = text; }
  var source = new EventSource(place.getAttribute("data-events"));
  source.onopen = function () { say("Live: changes appear by themselves."); };
  source.onerror = function () { say("Not live at this moment. Reload for what is new."); };
  source.onmessage = function (event) {
    var told = JSON.parse(event.data);
    if (Array.isArray(told)) rows(told); else figures(told);
  };
  function figures(told) {
    Object.keys(told).forEach(function (name) {
      var shown = document.querySelector('[data-figure="' + name + '"]');
      if (shown) shown.textContent = told[name];
    });
  }
  function rows(told) {
    var body = place.querySelector("tbody");
    body.textContent = "";
    told.forEach(function (cells) {
      var row = body.insertRow();
      cells.forEach(function (text) { row.insertCell().textContent = text; });
    });
    var none = document.getElementById("none");
    if (none) none.hidden = told.length > 0;
  }
})();
