"""
Tests of L{gigasetd.info.chatanswers}.
"""

from __future__ import annotations

from gigasetd.info.chatanswers import LONGEST, ChatAnswers
from tests.info.case import MAC, NUMBER, TOLD, InfoCase, account, message


class ChatCase(InfoCase):
    """
    Somebody who writes.
    """

    def setUp(self) -> None:
        """
        Sources that have said something, and a German handset in Berlin.
        """
        super().setUp()
        self.sources.tell(**TOLD)
        self.fetch("menu")
        self.chat = ChatAnswers(self.registry, self.pages)

    def write(self, text: str, number: str = NUMBER, language: str = "") -> str:
        """
        Write to the services.
        """
        return self.chat.answer(number, text, language, self.now)


class TellTests(ChatCase):
    """
    Answers.
    """

    def test_weather(self) -> None:
        """
        C{weather} is answered in the asker's language, for the city of his
        phone; so are the service's own name there and its number in the list.
        """
        answer = self.write(" Weather! ")
        self.assertTrue(answer.startswith("Berlin\n"), answer)
        self.assertIn("Jetzt 4°C", answer.replace("\N{DEGREE SIGN}", "°"))
        self.assertEqual(self.write("Wetter"), answer)
        place = self.write("help").splitlines().index("1 Wetter")
        self.assertEqual(self.write(str(place)), answer)

    def test_language(self) -> None:
        """
        What was chosen on the phone counts more than what a client says it
        writes, and that more than where the phone is.
        """
        self.assertIn("1 M\xe9t\xe9o", self.write("help", language="fr-CA"))
        self.assertIn("1 Wetter", self.write("help", language="xx"))
        (profile,) = self.registry.profiles[MAC].values()
        self.registry.put(profile._replace(language="nl"))
        self.assertIn("1 Weer", self.write("help", language="fr"))

    def test_help(self) -> None:
        """
        Anything else is answered by the list of what there is, each with a
        number that is sooner written on a phone than its name.
        """
        shown = self.write("help")
        self.assertIn("1 Wetter", shown)
        self.assertNotIn("Einstellungen", shown)
        self.assertEqual(self.write("what?"), shown)

    def test_waiting(self) -> None:
        """
        How many messages wait is told, but not what they say.
        """
        self.registry.put(message("1", "30002@gigaset.net/x"))
        answer = self.write("messages")
        self.assertIn("1", answer)
        self.assertNotIn("geheim", answer)

    def test_stranger(self) -> None:
        """
        Somebody without an account here is told what is for everybody, and
        nothing is stored for him.
        """
        stored = dict(self.registry.profiles)
        self.assertNotIn("Zoë", self.write("phone", ""))
        self.write("weather", "39999")
        self.assertEqual(self.registry.profiles, stored)

    def test_off(self) -> None:
        """
        Who has switched the information services off is told how to switch
        them on.
        """
        self.registry.put(account(NUMBER, "Zoë", "info"))
        self.assertIn("/account/", self.write("weather"))

    def test_fits(self) -> None:
        """
        Each answer fits a phone's display of messages.
        """
        for service in self.pages.services:
            self.assertLessEqual(len(self.write(service.id)), LONGEST, service.id)

    def test_newPhone(self) -> None:
        """
        A phone that never opened the Info Center gets answers, too.
        """
        del self.registry.profiles[MAC]
        self.assertIn("1 ", self.write("help"))
