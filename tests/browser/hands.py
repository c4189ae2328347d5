"""Two ways to use a page: with the mouse, and with the keyboard alone."""

from playwright.sync_api import expect

# What has the focus: whether it can be seen, and whether nothing lies on top of it.
FOCUS = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return {nowhere: true};
  const shown = focused.closest(".chip") || focused;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height, 40) / 2, 1), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  return {
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    uncovered: top !== null && (shown.contains(top) || top.contains(shown)),
    what: focused.outerHTML.slice(0, 200),
  };
}"""
MOST_TABS = 60


class Mouse:
    def __init__(self, page):
        self.page = page

    def press(self, target):
        target.click()

    choose = press

    def write(self, target, words):
        target.click()
        target.fill(words)

    def save(self, words="Save"):
        self.page.locator("main").get_by_role("button", name=words, exact=True).click()


class Keyboard:
    """Never touches the mouse; counts the keys pressed, and insists that the focus can be seen wherever it stands."""

    def __init__(self, page):
        self.page, self.keys = page, 0

    def key(self, name):
        self.page.keyboard.press(name)
        self.keys += 1

    def reach(self, target):
        """Goes on by Tab until `target` has the focus."""
        expect(target).to_be_visible()
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.key("Tab")
            focus = self.page.evaluate(FOCUS)
            assert focus.get("nowhere") or (focus["outlined"] and focus["uncovered"]), focus
        raise AssertionError(f"{target} is not reached by Tab.")

    def press(self, target):
        self.reach(target)
        self.key("Enter")

    def choose(self, target):
        """Ticks a box by Space, or goes to a radio button by arrows from the one Tab stops at."""
        if target.get_attribute("type") == "checkbox":
            self.reach(target)
            self.key("Space")
            return
        name = target.get_attribute("name")
        chosen = self.page.locator(f'input[name="{name}"]:checked')
        self.reach(chosen if chosen.count() else self.page.locator(f'input[name="{name}"]').first)
        for _ in range(MOST_TABS):
            if target.is_checked():
                return
            self.key("Space" if target.evaluate("element => element === document.activeElement") else "ArrowDown")
        raise AssertionError(f"{target} is not reached by arrows.")

    def skip(self):
        """By the first link of every page past what stands on all of them."""
        self.press(self.page.get_by_role("link", name="Skip to the page"))

    def write(self, target, words):
        self.reach(target)
        self.page.keyboard.insert_text(words)

    def save(self, words="Save"):
        self.key("Control+Enter")
