/** Runs in the browser: texts that stand out too little from what is behind them (WCAG AA: 4.5 : 1). */
export function faintTexts(contrastMin: number): string[] {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number).map((c) => {
      const part = c / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isPaint = (colour: string) => /^rgb\(|^rgba\(.*, (?!0\))[\d.]+\)$/.test(colour);
  /** Of what is painted right behind the middle of an element; areas of charts are see-through. */
  const behind = (element: Element): string => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const stack = document.elementsFromPoint(x + width / 2, y + height / 2);
    for (const other of stack.slice(stack.indexOf(element) + 1)) {
      const { fill, fillOpacity, backgroundColor } = getComputedStyle(other);
      if (other instanceof SVGGeometryElement) {
        if (isPaint(fill) && Number(fillOpacity) === 1) return fill;
      } else if (isPaint(backgroundColor)) return backgroundColor;
    }
    return getComputedStyle(document.body).backgroundColor;
  };
  const shown = [...document.body.querySelectorAll('*')].filter((element) => {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === 3 && node.nodeValue?.trim(),
    );
    return own && element.checkVisibility() && !element.matches('.skip');
  });
  return shown.flatMap((element) => {
    element.scrollIntoView({ block: 'center', inline: 'center' });
    const style = getComputedStyle(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    const paper = behind(element);
    const [dark = 0, light = 0] = [luminance(ink), luminance(paper)].sort((a, b) => a - b);
    const contrast = (light + 0.05) / (dark + 0.05);
    const text = element.textContent?.trim().slice(0, 40);
    return contrast < contrastMin ? [`${text}: ${ink} on ${paper} is ${contrast.toFixed(2)}`] : [];
  });
}
