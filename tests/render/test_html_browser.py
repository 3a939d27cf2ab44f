"""The page of a plan in a real browser: it is filtered, searched and looked at, and asks nobody for anything."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.model.change import Action
from reconciler.render.html import plan_html
from tests.browser import Browser, browsing
from tests.render.plans import change, everything, field, plan

AT = datetime(2026, 11, 22, 0, 40, tzinfo=UTC)
_SHOWN = "[...document.querySelectorAll('.c')].filter((one) => one.offsetParent).map((one) => one.id)"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start one browser for all of these tests."""
    with browsing(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Path:
    """Open the page of a plan that has everything."""
    file = tmp_path / "plan.html"
    file.write_text(plan_html(everything(), AT), encoding="utf-8")
    browser.requests.clear()
    browser.complaints.clear()
    browser.open(file)
    browser.run("localStorage.clear()")
    return file


def test_filter_is_clicked(browser: Browser, page: Path, tmp_path: Path) -> None:
    """A click on a filter leaves what it names; the picture is another then; nothing was asked of anybody."""
    before, after = tmp_path / "before.png", tmp_path / "after.png"
    browser.screenshot(before)
    browser.click(".chip.destroy")
    assert browser.run(_SHOWN) == ["acme-fr/customer/C-006"]
    assert browser.run("document.querySelector('#shown').textContent") == "1 of 8 shown"
    assert browser.run("document.querySelector('.chip.destroy').ariaPressed") == "true"
    browser.screenshot(after)
    assert _size(before) == _size(after)
    assert _size(before)[0] >= 1_200
    assert _colours(after) > 50
    assert before.read_bytes() != after.read_bytes()
    assert browser.requests == [page.as_uri()]
    assert browser.complaints == []


def test_deletes_only(browser: Browser, page: Path) -> None:
    """Of deletes alone, the customer that loses a contact is one too."""
    browser.click("[data-d].chip")
    assert browser.run(_SHOWN) == ["acme-fr/customer/C-001", "acme-fr/customer/C-006"]
    assert browser.requests == [page.as_uri()]


@pytest.mark.usefixtures("page")
def test_search_by_keyboard(browser: Browser) -> None:
    """A slash leads into the search, words are found in addresses, fields and texts, and Escape shows all again."""
    browser.press("/")
    assert browser.run("document.activeElement.id") == "q"
    browser.call("Input.insertText", text="lyon ADDRESS.city c-002")
    assert browser.run(_settled(1)) == ["acme-fr/customer/C-002"]
    browser.press("Escape")
    assert len(_list(browser.run(_settled(8)))) == 8


@pytest.mark.usefixtures("page")
def test_kind(browser: Browser) -> None:
    """One kind can be chosen."""
    browser.run(
        "{ const kind = document.querySelector('[data-k]:is(select)'); kind.value = 'customField';"
        " kind.dispatchEvent(new Event('change')); }"
    )
    assert browser.run(_settled(1)) == ["acme-fr/customField/tier"]


@pytest.mark.usefixtures("page")
def test_theme(browser: Browser) -> None:
    """The page is light or dark as the system is, and as it is told to be."""
    ground = "getComputedStyle(document.body).backgroundColor"
    found = []
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        found.append(browser.run(ground))
    assert found[0] != found[1]
    browser.click("#theme")
    assert browser.run(ground) == found[0]
    browser.click("#theme")
    assert browser.run(ground) == found[1]


@pytest.mark.usefixtures("page")
def test_policy_holds(browser: Browser) -> None:
    """Were something in the page to ask for a picture or to send something all the same, the browser would not."""
    refused = browser.run(
        "new Promise((done) => { const found = []; document.addEventListener('securitypolicyviolation', (event) => {"
        " found.push(event.effectiveDirective); if (found.length === 2) done(found.sort()); });"
        " new Image().src = 'http://example.invalid/'; fetch('http://example.invalid/').catch(() => {}); })"
    )
    assert refused == ["connect-src", "img-src"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the page of a plan whose changes are put by."""
    named = [f"<b onclick=x>B{number}</b>" for number in range(2_001)]
    file = tmp_path_factory.mktemp("large") / "plan.html"
    changes = (change(f"C-{number}", Action.UPDATE, field("name", None, name)) for number, name in enumerate(named))
    file.write_text(plan_html(plan(*changes), AT), encoding="utf-8")
    return file


def test_large_plan(browser: Browser, large: Path) -> None:
    """What a large plan puts by is found, and is there once it is opened; nothing in it is read as markup."""
    browser.open(large)
    browser.run("document.querySelector('#q').value = '<b onclick=x>b1999'")
    browser.run("document.querySelector('#q').dispatchEvent(new Event('input'))")
    assert browser.run(_settled(1)) == ["acme-fr/customer/C-1999"]
    browser.click(".c:not([hidden]) > summary")
    laid_out = "document.querySelector('.c:not([hidden]) .y')?.textContent"
    assert browser.run(_waited(laid_out, "found")) == '"<b onclick=x>B1999</b>"'
    browser.run("document.querySelector('#q').value = 'noscript'")
    browser.run("document.querySelector('#q').dispatchEvent(new Event('input'))")
    assert browser.run(_settled(0)) == []


def test_without_scripts(browser: Browser, large: Path) -> None:
    """A browser that runs no scripts has all of it to open and read, and shows nothing that would do nothing."""
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(large)
        assert browser.run("document.querySelectorAll('.b > noscript > table').length") == 2_001
        browser.run("document.querySelector('.c').open = true")
        assert browser.run("document.querySelector('.c[open] .y').innerText") == '"<b onclick=x>B0</b>"'
        assert browser.run("[...document.querySelectorAll('.scripted')].some((one) => one.offsetParent)") is False
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.usefixtures("page")
def test_narrow(browser: Browser) -> None:
    """On a narrow screen nothing sticks out."""
    browser.call("Emulation.setDeviceMetricsOverride", width=360, height=800, deviceScaleFactor=1, mobile=True)
    assert browser.run("document.documentElement.scrollWidth") == 360
    browser.call("Emulation.clearDeviceMetricsOverride")


def _settled(count: int) -> str:
    """Give a script that waits until so many are shown."""
    return _waited(_SHOWN, f"found.length === {count}")


def _waited(look: str, done: str) -> str:
    return (
        f"new Promise((tell) => {{ const look = () => {{ const found = {look};"
        f" if ({done}) tell(found); else setTimeout(look, 10); }}; look(); }})"
    )


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def _size(picture: Path) -> tuple[int, int]:
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _colours(picture: Path) -> int:
    """Count the different bytes of a picture: one that is blank has few."""
    data, place, packed = picture.read_bytes(), 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        if kind == b"IDAT":
            packed += data[place + 8 : place + 8 + size]
        place += size + 12
    return len(set(zlib.decompress(packed)))
