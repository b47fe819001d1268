/** The words that scripts show, in the page's language. `templates/_strings.html` holds them. */

let words: Readonly<Record<string, string>> = {};

/** Use the words that the page brought with it. */
export function useStrings(strings: Readonly<Record<string, string>>): void {
  words = strings;
}

/** The text of `key`, with `%(name)s` filled from `values`. An unknown key shows itself, so that tests see it. */
export function t(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  const text = words[key] ?? key;
  return text.replace(/%\((\w+)\)[sd]|%%/g, (found, name?: string) =>
    name === undefined ? "%" : String(values[name] ?? found),
  );
}
