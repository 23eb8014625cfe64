"""The page as a person uses it: waits for what is shown, clicks, types, and asks axe-core what hinders whom."""
import json

import browser
from harness import ROOT, wait_until

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38, "ArrowLeft": 37, "ArrowRight": 39, "End": 35}


# Where to press for the element: the middle of its first box, once that has stood still for a frame and nothing lies over it.
# From then on presses that meet another element are held back, so that a page that moves meanwhile is pressed nowhere else.
PLACE = """new Promise((done) => {
    const wanted = TEXT;
    let before = null, frames = 0;
    const find = () => {
        const all = [...document.querySelectorAll(SELECTOR)].filter((one) => one.checkVisibility() && one.textContent.includes(wanted));
        return all.find((one) => one.textContent.trim() === wanted) ?? all[0];
    };
    const look = () => {
        const found = find();
        if (!found || frames++ > 60) return done(null);
        found.scrollIntoView({ block: 'center', behavior: 'instant' });
        const box = found.getClientRects()[0];
        const now = box && [box.left + box.width / 2, box.top + box.height / 2];
        const still = now && before && found === before.found && now[0] === before.now[0] && now[1] === before.now[1];
        if (!still || found.disabled || !found.contains(document.elementFromPoint(...now))) {
            before = now ? { found, now } : null;
            return requestAnimationFrame(look);
        }
        const kinds = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'];
        let missed = false, clicked = false;
        const watch = (event) => {
            if (event.composedPath().includes(found)) { clicked ||= event.type === 'click'; return; }
            missed = true;
            event.preventDefault();
            event.stopImmediatePropagation();
        };
        for (const kind of kinds) window.addEventListener(kind, watch, true);
        window.wasClicked = () => {
            for (const kind of kinds) window.removeEventListener(kind, watch, true);
            delete window.wasClicked;
            return clicked && !missed;
        };
        done(now);
    };
    look();
})"""


class Page(browser.Tab):
    def __init__(self, of, url, width=1280, height=900):
        super().__init__(of, width=width, height=height)
        self.url = url

    def go(self, path, shows=None):
        self.open(self.url + path)
        wait_until(lambda: self.evaluate("document.readyState") == "complete", f"{path} to load")
        if shows:
            self.wait_text(shows)

    def theme(self, name):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def wait(self, expression, what=None, limit=20):
        """The value of the expression, once it is true."""
        return wait_until(lambda: self.evaluate(expression), what or expression, limit, every=0.1)

    def wait_text(self, text, limit=20):
        wait_until(lambda: text in self.text(), lambda: f"{text!r} on the page, which shows {self.text()!r}", limit, every=0.1)

    def click(self, selector, text=""):
        """Clicks the middle of the first such element that is seen and holds the text; one that holds nothing else comes first."""
        script = PLACE.replace("SELECTOR", json.dumps(selector)).replace("TEXT", json.dumps(text))
        wait_until(lambda: self.try_click(script), f"{selector} {text} to click")

    def try_click(self, script):
        place = self.evaluate(script)
        if not place:
            return False
        self.press_at(*place)
        # Where the click has opened another document, nobody is there to tell.
        return self.evaluate("window.wasClicked ? window.wasClicked() : true")

    def press_at(self, x, y):
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def drag(self, from_place, to_place):
        steps = [("mouseMoved", from_place), ("mousePressed", from_place), ("mouseMoved", to_place), ("mouseReleased", to_place)]
        for kind, (x, y) in steps:
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def key(self, name, modifiers=0):
        """One key, by its name or as its character. modifiers: 2 is Ctrl."""
        code = {"windowsVirtualKeyCode": KEYS[name], "code": name} if name in KEYS else {"text": name}
        if name == "Enter":
            code["text"] = "\r"
        self.call("Input.dispatchKeyEvent", type="keyDown", key=name, modifiers=modifiers, **code)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=name, modifiers=modifiers, **{k: v for k, v in code.items() if k != "text"})

    def tab_to(self, selector, back=False):
        """Presses Tab until such an element has the focus, as somebody without a mouse gets there."""
        for _ in range(150):
            if self.evaluate(f"document.activeElement.matches({json.dumps(selector)})"):
                return
            self.key("Tab", modifiers=8 if back else 0)
        raise AssertionError(f"no Tab leads to {selector}")

    def type(self, text):
        self.call("Input.insertText", text=text)

    def choose(self, label, value):
        """Chooses in the list of that label."""
        done = self.wait(f"""(() => {{
            const label = [...document.querySelectorAll('label')].find((one) => one.textContent.startsWith({json.dumps(label)}));
            const list = label?.querySelector('select');
            if (!list) return false;
            Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(list, {json.dumps(value)});
            list.dispatchEvent(new Event('change', {{bubbles: true}}));
            return list.value === {json.dumps(value)};
        }})()""", f"{label} to be {value}")
        return done

    def search(self):
        """The query part of the page's address."""
        return self.evaluate("location.search")

    def axe(self, within="html"):
        """What axe-core finds that is serious or critical: [rule, target, summary]."""
        if not self.evaluate("Boolean(window.axe)"):
            self.call("Runtime.evaluate", expression=AXE.read_text())
        return self.evaluate(limit=60, script="""
            axe.run(WITHIN, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}).then((found) =>
                found.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) =>
                    [one.id, one.nodes.slice(0, 3).map((node) => node.target.join(' ')), one.nodes[0].failureSummary]))""".replace("WITHIN", json.dumps(within)))

    def wide(self):
        """How far the document is wider than the window, in CSS pixels."""
        return self.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
