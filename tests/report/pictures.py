"""Golden pictures: what the page looked like when somebody last looked at it.

A picture is taken with every letter in a monospaced font, for these are equally wide everywhere, and made so small that
letters are grey: another font changes little of it, a broken layout much. (The family is named twice, for a browser
takes smaller letters where it is `monospace` alone.) To renew one, delete it
(`rm tests/report/golden/*.png`): the tests write it, and fail that once.
"""

import base64
import json
from dataclasses import dataclass

from .browser import Browser
from .golden import FOLDER

CELL = 10
"""Pixels of the screen, in both directions, that become one."""
NOTICED = 28
"""Of 255: a difference of one pixel, in one colour, that counts."""
ALLOWED = 0.015
"""The share of pixels that may differ so."""

PLAIN = """
*, ::before, ::after { font-family: monospace, monospace !important; transition: none !important }
* { caret-color: transparent !important }
"""

SHRUNK = """(async (data, cell) => {
  const image = await createImageBitmap(new Blob([Uint8Array.from(atob(data), letter => letter.charCodeAt(0))]));
  const canvas = new OffscreenCanvas(Math.round(image.width / cell), Math.round(image.height / cell));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const small = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return btoa(String.fromCharCode(...small));
})"""

DIFFERENCE = """(async (one, other, noticed) => {
  const pixels = async data => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(data), letter => letter.charCodeAt(0))]));
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [first, second] = [await pixels(one), await pixels(other)];
  if (first.width !== second.width || first.height !== second.height) return 1;
  let count = 0;
  for (let at = 0; at < first.data.length; at += 4) {
    count += [0, 1, 2].some(colour => Math.abs(first.data[at + colour] - second.data[at + colour]) > noticed);
  }
  return count / (first.width * first.height);
})"""


@dataclass(frozen=True, slots=True)
class Picture:
    """PNG, in base64, made small."""

    data: str

    def difference(self, other: "Picture", browser: Browser) -> float:
        """The share of pixels that differ noticeably; 1 where the sizes do."""
        share: float = browser.run(f"{DIFFERENCE}({json.dumps(self.data)}, {json.dumps(other.data)}, {NOTICED})")
        return share


def plain(browser: Browser, style: str = "") -> None:
    """Give the page letters that are equally wide everywhere, and this style besides its own."""
    sheet = json.dumps(PLAIN + style)
    browser.run(
        f"(sheet => {{ sheet.textContent = {sheet} }})(document.getElementById('plain')"
        " ?? document.head.appendChild(Object.assign(document.createElement('style'), { id: 'plain' })))"
    )


def taken(browser: Browser) -> Picture:
    """What the browser shows."""
    browser.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    whole = base64.b64encode(browser.picture()).decode()
    return Picture(browser.run(f"{SHRUNK}({json.dumps(whole)}, {CELL})"))


def golden(name: str, picture: Picture) -> Picture:
    """The golden one. Where there is none, this picture becomes it, and the test fails."""
    file = FOLDER / f"{name}.png"
    if not file.exists():
        file.write_bytes(base64.b64decode(picture.data))
        raise AssertionError(f"{file.name} was written anew: look at it, then run the tests again")
    return Picture(base64.b64encode(file.read_bytes()).decode())
