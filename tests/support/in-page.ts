/** Measurements in the page. Each function runs in the browser, so it refers to nothing outside itself. */

/** Texts of the pictures that stick out of their part, or are cut. */
export function misplacedTexts(): string[] {
  const misplaced: string[] = [];
  const fits = (inner: DOMRect, outer: DOMRect) =>
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom;
  for (const svg of document.querySelectorAll<SVGSVGElement>(".picture svg")) {
    if (!svg.checkVisibility()) continue;
    const picture = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll("text")) {
      const part = text.parentElement!;
      const box = part.classList.contains("group-label")
        ? svg.querySelector(`.group[data-id="${part.dataset["id"]}"] rect`)
        : part.querySelector("rect");
      const around = box?.getBoundingClientRect() ?? picture;
      if (!fits(text.getBoundingClientRect(), around)) misplaced.push(text.textContent);
    }
  }
  return misplaced;
}

/** Nodes and arrow labels that overlap each other. */
export function overlaps(): string[] {
  const found: string[] = [];
  for (const svg of document.querySelectorAll(".picture svg")) {
    const boxes = [
      ...svg.querySelectorAll<SVGElement>(".node rect"),
      ...svg.querySelectorAll<SVGElement>(".edge-label"),
    ].map((element) => ({ element, rect: element.getBoundingClientRect() }));
    boxes.forEach((a, i) =>
      boxes.slice(i + 1).forEach((b) => {
        const apart =
          a.rect.right <= b.rect.left ||
          b.rect.right <= a.rect.left ||
          a.rect.bottom <= b.rect.top ||
          b.rect.bottom <= a.rect.top;
        const name = (element: Element) => (element.closest("g") ?? element).textContent;
        if (!apart) found.push(`${name(a.element)} on ${name(b.element)}`);
      }),
    );
  }
  return found;
}

/** Arrows of the pictures that cross a title, a label, or a node that is not at one of their ends. */
export function crossings(): string[] {
  const found = new Set<string>();
  for (const svg of document.querySelectorAll<SVGSVGElement>(".picture svg.diagram")) {
    const obstacles = [
      ...svg.querySelectorAll<SVGGElement>(".group-label, .edge-label, .node"),
    ].map((element) => ({
      id: element.classList.contains("node") ? element.dataset["id"] : undefined,
      text: element.textContent,
      box: element.getBBox(),
    }));
    for (const edge of svg.querySelectorAll<SVGGElement>(".edge")) {
      const path = edge.querySelector("path")!;
      const { from = "", to = "" } = edge.dataset;
      const others = obstacles.filter(({ id }) => id !== from && id !== to);
      for (let at = 0; at <= path.getTotalLength(); at += 2) {
        const { x, y } = path.getPointAtLength(at);
        for (const { text, box } of others) {
          const isIn =
            x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
          if (isIn) found.add(`${svg.closest("figure")?.id}: ${from} -> ${to} crosses ${text}`);
        }
      }
    }
  }
  return [...found];
}

/** Pictures that are on the screen and do not fit their frame, and frames that scroll. */
export function scrollingPictures(): string[] {
  return [...document.querySelectorAll<HTMLElement>(".picture, .drawing, .cards")]
    .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth)
    .map((element) => `${element.closest("figure")?.id}: ${element.className}`);
}

/** Texts of the pictures whose contrast is less than WCAG's 4.5 to 1. */
export function faintTexts(): string[] {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  const channels = (colour: string): number[] => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = channels(colour).map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const paper = getComputedStyle(document.body).backgroundColor;
  const faint: string[] = [];
  for (const text of document.querySelectorAll(".picture svg text")) {
    const rect = text.parentElement!.querySelector("rect");
    const [light, dark] = [
      luminance(getComputedStyle(text).fill),
      luminance(rect ? getComputedStyle(rect).fill : paper),
    ].sort((a, b) => b - a);
    const contrast = (light! + 0.05) / (dark! + 0.05);
    if (contrast < 4.5) faint.push(`${text.textContent}: ${contrast.toFixed(2)}`);
  }
  return faint;
}

/** The smallest size of any text on the page, in pixels. */
export function smallestText(): number {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let smallest = Infinity;
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement!;
    if (walker.currentNode.nodeValue?.trim() === "" || !parent.checkVisibility()) continue;
    smallest = Math.min(smallest, parseFloat(getComputedStyle(parent).fontSize));
  }
  return smallest;
}

/** Elements that are wider than the page and do not scroll by themselves. */
export function tooWide(): string[] {
  const page = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")]
    .filter((element) => !element.closest(".scroll *, pre *, .skip"))
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > page)
    .map(
      (element) =>
        `${element.tagName} ${element.className.toString()} ${element.textContent.slice(0, 40)}`,
    );
}
