// Switches the previews to the selected page, and refreshes them each minute.
"use strict";
(function () {
  var which = document.getElementById("which");
  if (!which) return;
  var base = which.getAttribute("data-picture");
  function draw() {
    document.querySelectorAll("img[data-follows]").forEach(function (image) {
      var lines = image.getAttribute("data-lines");
      var called = which.options[which.selectedIndex].textContent;
      image.src = base + "?lines=" + lines + "&page=" + encodeURIComponent(which.value) + "&at=" + Date.now();
      image.alt = called + " on a display with " + lines + " lines";
      image.parentNode.querySelector("figcaption").textContent = called + ", " + lines + " lines";
    });
  }
  which.addEventListener("change", draw);
  window.setInterval(draw, 60000);
})();
