// Offers a file chooser beside the text field: the chosen file is read here and
// sent as the field's text.
"use strict";
(function () {
  var text = document.getElementById("file");
  if (!text || !window.FileReader) return;
  var label = document.createElement("label");
  label.textContent = "Or choose a file";
  label.htmlFor = "chosen";
  var chosen = document.createElement("input");
  chosen.type = "file";
  chosen.id = "chosen";
  chosen.accept = ".vcf,.csv,.txt";
  text.parentNode.insertBefore(label, text.nextSibling);
  label.parentNode.insertBefore(chosen, label.nextSibling);
  chosen.addEventListener("change", function () {
    var reader = new FileReader();
    reader.onload = function () { text.value = reader.result; };
    if (chosen.files[0]) reader.readAsText(chosen.files[0]);
  });
})();
