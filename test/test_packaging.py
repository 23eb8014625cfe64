"""What is installed beside the program says what the program does."""
import re

from harness import ROOT, TestCase, run_weir

UNIT = ROOT / "packaging/weir.service"


class Unit(TestCase):
    def commands(self):
        found = re.findall(r"^Exec(?:StartPre|Start)=/usr/bin/weir (\w+)(.*)$", UNIT.read_text(), re.M)
        self.assertEqual(["check", "serve"], [command for command, _ in found])
        return found

    def test_its_commands_and_options_exist(self):
        for command, rest in self.commands():
            help_text = run_weir(command, "--help").stdout
            for option in re.findall(r"--[a-z-]+", rest):
                self.assertIn(option, help_text, f"weir {command}")

    def test_it_waits_for_ready_and_reloads(self):
        """test_serve shows that Weir says READY=1 and reloads at SIGHUP; here the unit must count on just that."""
        text = UNIT.read_text()
        self.assertIn("\nType=notify\n", text)
        self.assertRegex(text, r"\nExecReload=/bin/kill -HUP \$MAINPID\n")


class ManualPage(TestCase):
    def test_it_names_every_command(self):
        page = (ROOT / "packaging/weir.8").read_text().replace("\\-", "-")
        listed = re.findall(r"^  (\w+) {2,}\w", run_weir("--help").stdout, re.M)
        self.assertIn("serve", listed)
        for command in listed:
            if command != "help":
                self.assertRegex(page, rf"\b{command}\b")
