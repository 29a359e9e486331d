/**
 * The frame of every page, and the text of others in it. No page needs a script. Every value goes through the template, which
 * escapes it.
 *
 * @module
 */
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { codePoint, cut } from '../../base/text.ts'
import { style } from './styles.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export function page(
  title: string,
  body: Html,
  rest: { footer?: Html; refresh?: string; wide?: boolean; script?: string } = {},
): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
${rest.refresh && html`<meta http-equiv="refresh" content="0;url=${rest.refresh}">`}
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main ${rest.wide && raw(`class="wide"`)}>${body}</main>
${rest.footer && html`<footer>${rest.footer}</footer>`}
${rest.script && html`<script>${raw(rest.script)}</script>`}
</body>
</html>`
}

export const icon = (path: string, kind = '') => html`<span class="mark ${kind}"><svg width="24" height="24"
viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"
stroke-linejoin="round" aria-hidden="true">${raw(path)}</svg></span>`

export const icons = {
  cloud:
    '<path d="M7 18.5a4.5 4.5 0 0 1-.6-8.96 6 6 0 0 1 11.5 1.03A4 4 0 0 1 17.5 18.5z"/><path d="m9.5 14 2 2 3.5-4"/>',
  stop: '<path d="M12 8v5"/><path d="M12 16.5h.01"/><path d="M10.3 3.9 2.6 17.2A2 2 0 0 0 4.3 20h15.4a2 2 0 0 0 1.7-2.8L13.7 3.9a2 2 0 0 0-3.4 0z"/>',
  done: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  ask: '<path d="M9.2 9.2a2.9 2.9 0 1 1 4.3 2.5c-.9.5-1.5 1.2-1.5 2.3"/><path d="M12 17.2h.01"/><circle cx="12" cy="12" r="9.2"/>',
  key: '<circle cx="8" cy="15.5" r="4"/><path d="m10.9 12.6 8.6-8.6"/><path d="m15.5 8 3 3"/>',
}

/** A page with a result and nothing more to do. */
export function endPage(title: string, text: string, done: boolean): Html {
  return page(
    title,
    html`${icon(done ? icons.done : icons.stop, done ? '' : 'bad')}
<h1>${title}</h1>
<p role="status">${text}</p>`,
  )
}

// Where a person decides, nothing in the text of others may be invisible.
// Characters that show nothing or change the direction of text: controls, direction marks, fillers, tags, variation
// selectors, and every blank but the one of the keyboard.
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu

/** The same text with invisible characters written out, such as `shop[U+202E]`, so that nobody takes it for `shop`. */
export function spelledOut(text: string, most = 300): string {
  const { shown, more } = cut(text, most)
  return `${shown.replace(invisible, codePoint)}${more}`
}

/** The same for text of several lines: line breaks stay. */
export function linesSpelledOut(text: string, most = 20_000): string {
  const { shown, more } = cut(text, most)
  return shown.replace(invisible, (one) => (one === '\n' ? one : codePoint(one))) + more
}

/** The text as a person can type it: without invisible characters, and with single blanks. */
export function typeable(text: string): string {
  return text
    .replace(/\p{Zs}+|[\t\n\r]+/gu, ' ')
    .replace(invisible, '')
    .replace(/ +/g, ' ')
    .trim()
    .normalize('NFC')
}
