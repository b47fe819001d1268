/** The locale by which pages write days and times in this language (`server/web/i18n.py`). */
export function localeOf(language: string): string {
  return `${language}-US`;
}
