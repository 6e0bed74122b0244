"""
Tests of L{gigasetd.provisioning.rendering}.
"""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.provisioning.rendering import RenderingError, SettingsTemplates

MAC = "7C2F80012345"


class TemplatesTests(SynchronousTestCase):
    """
    L{SettingsTemplates} with an operator's directory.
    """

    def setUp(self) -> None:
        """
        An empty directory.
        """
        self.directory = Path(self.mktemp())
        self.directory.mkdir()
        self.templates = SettingsTemplates(self.directory)

    def put(self, name: str, text: str) -> None:
        """
        Write one file of the operator.
        """
        (self.directory / name).write_text(text, "utf-8")

    def render(self, template: str, encoding: str = "utf-8", **values: object) -> bytes:
        """
        Render a template of the operator.
        """
        self.put("own.xml", template)
        return self.templates.render(["own.xml"], dict(values), encoding)

    def test_layers(self) -> None:
        """
        Defaults, model, site and device are read in that order, where they
        exist.
        """
        for name in (MAC, "site", "defaults"):
            self.put(f"{name}.toml", f'name = "{name}"')
        names = [layer["name"] for layer in self.templates.layers("n510", MAC)]
        self.assertEqual(names, ["defaults", "site", MAC])

    def test_badValues(self) -> None:
        """
        A file that cannot be used is named in the error.
        """
        self.put("site.toml", "no toml")
        error = self.assertRaises(RenderingError, self.templates.layers, "n510", MAC)
        self.assertIn("site.toml", str(error))

    def test_noDirectory(self) -> None:
        """
        Without a directory there are no values, and our templates remain.
        """
        templates = SettingsTemplates(self.directory / "missing")
        self.assertEqual(templates.layers("n510", MAC), [])

    def test_firstTemplate(self) -> None:
        """
        The first template that exists is taken.
        """
        self.put("second.xml", "<two/>")
        data = self.templates.render(["first.xml", "second.xml"], {}, "utf-8")
        self.assertEqual(data, b"<two/>\n")

    def test_escaped(self) -> None:
        """
        Values are escaped, and lose what XML cannot hold.
        """
        data = self.render("<a>{{ text }}</a>", text="x<\0&")
        self.assertEqual(data, b"<a>x&lt;&amp;</a>\n")

    def test_attributes(self) -> None:
        """
        A framed text keeps its double quotes inside single ones; line ends
        stay line ends.
        """
        data = self.render("<a v='{{ text|framed(\"n\") }}'/>", text="it's\n")
        self.assertEqual(data, b"<a v='\"it&#39;s&#10;\"'/>\n")

    def test_encoding(self) -> None:
        """
        A character that the encoding lacks becomes a reference.
        """
        start = '<?xml version="1.0" encoding="ISO-8859-1"?>'
        data = self.render(start + "<a>{{ text }}</a>", "latin-1", text="ü€")
        self.assertEqual(data, start.encode() + b"<a>\xfc&#8364;</a>\n")

    def test_faults(self) -> None:
        """
        A template that fails, or makes no XML, is refused without its values.
        """
        for text in ("<a>{{ missing }}</a>", "<a>", "{{ ''.__class__ }}", "{% x %}"):
            error = self.assertRaises(RenderingError, self.render, text, secret="pw")
            self.assertIn("own.xml", str(error))
            self.assertNotIn("pw", str(error))
