/** A list of numbers as JSON.stringify breaks it; text can't hold one, as its line ends are escaped. */
const numbers = /\[\n\s+((?:-?[\d.e+-]+|null)(?:,\n\s+(?:-?[\d.e+-]+|null))*)\n\s+\]/g;

/** JSON with a line for each field, to be read and compared, but a list of numbers on one line. */
export function recordText(record: unknown): string {
  const text = JSON.stringify(record, null, 2);
  return `${text.replace(numbers, (_, list: string) => `[${list.replace(/,\n\s+/g, ', ')}]`)}\n`;
}
