/**
 * Texts that try to become markup or script in the places where foreign texts stand: element content, attributes, addresses, JSON of the live stream. Made
 * by combination: each element that can run something, with each way to write it, behind each way out of where it stands.
 */

/** What runs; each text has a number of its own, so that a text that ran is known. */
const script = (number: number): string => `(window.pwned=window.pwned||[]).push(${number})`

/** Elements with an event that comes by itself or when somebody touches the page. */
const elements: readonly (readonly [tag: string, more: string, event: string])[] = [
  ['img', 'src=x', 'onerror'],
  ['svg', '', 'onload'],
  ['body', '', 'onload'],
  ['input', 'autofocus', 'onfocus'],
  ['select', 'autofocus', 'onfocus'],
  ['textarea', 'autofocus', 'onfocus'],
  ['button', 'autofocus', 'onfocus'],
  ['details', 'open', 'ontoggle'],
  ['video', 'src=x', 'onerror'],
  ['audio', 'src=x', 'onerror'],
  ['object', 'data=x', 'onerror'],
  ['iframe', '', 'onload'],
  ['marquee', '', 'onstart'],
  ['a', 'href=# tabindex=0', 'onfocusin'],
  ['x', 'tabindex=0 style=position:fixed;inset:0', 'onmouseenter'],
  ['p', 'style=animation:x', 'onanimationstart'],
  ['div', 'contenteditable', 'onbeforeinput'],
  ['style', '', 'onload'],
  ['link', 'rel=stylesheet href=x', 'onerror'],
]

/** Ways to write the same element. */
const spellings: readonly ((tag: string, more: string, event: string, code: string) => string)[] = [
  (tag, more, event, code) => `<${tag} ${more} ${event}=${code}>`,
  (tag, more, event, code) => `<${tag} ${more} ${event}="${code}">`,
  (tag, more, event, code) => `<${tag}/${more.replaceAll(' ', '/')}/${event}='${code}'/>`,
  (tag, more, event, code) => `<${tag.toUpperCase()} ${more} ${mixed(event)}=\`${code}\`>`,
  (tag, more, event, code) => `<${tag}\n${more}\n${event}\t=\n${code}\n>`,
  (tag, more, event, code) => `<${tag} ${more} ${event}=${entities(code)}>`,
  (tag, more, event, code) => `<<${tag} ${more} x="<>" ${event}=${code}//`,
  (tag, more, event, code) => `<${tag} ${more} ${event}=eval(atob('${Buffer.from(code).toString('base64')}'))>`,
  (tag, more, event, code) => `<${tag}\u0000 ${more} ${event}=${code}>`,
]

/** Ways out of where a text may stand. */
const exits: readonly string[] = [
  '"><',
  "'><",
  '" autofocus onfocus="',
  '</title><',
  '</textarea><',
  '</script><',
  '</style><',
  '</pre></div><',
  '</summary></details><',
  '</section></main><',
  '--><',
  ']]><',
  '\n\nevent: update\ndata: {"stats":"<',
  '\u2028<',
  '${<',
  '\\u003c/pre\\u003e<',
]

const code = (body: string): string => body.replaceAll(' ', '')

/** Whole texts that need no element of their own to do harm. */
const others: readonly ((body: string) => string)[] = [
  (body) => `<script>${body}</script>`,
  (body) => `<script src="data:text/javascript,${body}"></script>`,
  (body) => `<svg><script>${entities(body)}</script></svg>`,
  (body) => `<svg><animate onbegin="${body}" attributeName=x dur=1s>`,
  (body) => `<svg><a xlink:href="javascript:${body}"><text y=20>x</text></a></svg>`,
  (body) => `<svg><use href="data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg' onload='${body}'/>#x">`,
  (body) => `<math><mtext></table><img src=x onerror=${code(body)}>`,
  (body) => `<math href="javascript:${body}">x</math>`,
  (body) => `<iframe srcdoc="<script>parent.${body}</script>">`,
  (body) => `<iframe src="javascript:${body}">`,
  (body) => `<embed src="javascript:${body}">`,
  (body) => `<object data="javascript:${body}">`,
  (body) => `<form action="javascript:${body}"><button autofocus>x</button></form>`,
  (body) => `<form id=f></form><button form=f formaction="javascript:${body}">x</button>`,
  (body) => `<a href="javascript:${body}">x</a>`,
  (body) => `<a href="java\tscript:${body}">x</a>`,
  (body) => `<a href=" &#1; javascript:${body}">x</a>`,
  (body) => `<base href="javascript:${body};//">`,
  (body) => `<meta http-equiv=refresh content="0;url=javascript:${body}">`,
  (body) => `<link rel=import href="data:text/html,<script>${body}</script>">`,
  (body) => `<template><img src=x onerror=${code(body)}></template>`,
  (body) => `<noscript><p title="</noscript><img src=x onerror=${code(body)}>">`,
  (body) => `<!--><img src=x onerror=${code(body)}>-->`,
  (body) => `<![CDATA[<img src=x onerror=${code(body)}>]]>`,
  (body) => `<style>@import 'javascript:${body}'</style>`,
  (body) => `<table background="javascript:${body}">`,
  (body) => `<x style="width:expression(${body})">`,
  (body) => `javascript:${body}`,
  (body) => `javascript://%0a${body}`,
  (body) => `data:text/html,<script>${body}</script>`,
  (body) => `data:text/html;base64,${Buffer.from(`<script>${body}</script>`).toString('base64')}`,
  (body) => `vbscript:${body}`,
  (body) => `&lt;img src=x onerror=${code(body)}&gt;`,
  (body) => `&#60;img src=x onerror=${code(body)}&#62;`,
  (body) => `&amp;lt;img src=x onerror=${code(body)}&amp;gt;`,
  (body) => `\\u003cimg src=x onerror=${code(body)}\\u003e`,
  (body) => `\\x3cimg src=x onerror=${code(body)}\\x3e`,
  (body) => `%3Cimg src=x onerror=${code(body)}%3E`,
  (body) => `+ADw-img src=x onerror=${code(body)}+AD4-`,
  (body) => `＜img src=x onerror=${code(body)}＞`,
  (body) => `{{constructor.constructor('${body}')()}}`,
  (body) => `\${${body}}`,
  (body) => `<%= ${body} %>`,
  (body) => `[x](javascript:${body})`,
  (body) => `![x](x "onerror=${code(body)}")`,
  (body) => `\`\`\`html\n<img src=x onerror=${code(body)}>\n\`\`\``,
  (body) => `{"html":"<img src=x onerror=${code(body)}>","nested":[{"a":"</pre><script>${body}</script>"}]}`,
  (body) => `["\\u003cscript\\u003e${body}\\u003c/script\\u003e","</pre><svg onload=${code(body)}>"]`,
  (body) => `\u202e<img src=x onerror=${code(body)}>`,
  (body) => `<img src=x onerror=${code(body)}>\u200b`,
]

function mixed(text: string): string {
  return text
    .split('')
    .map((letter, index) => (index % 2 === 0 ? letter : letter.toUpperCase()))
    .join('')
}

function entities(text: string): string {
  return text
    .split('')
    .map((letter) => `&#${letter.charCodeAt(0)};`)
    .join('')
}

function build(): readonly string[] {
  const made = new Set<string>()
  const add = (textOf: (body: string) => string): void => void made.add(textOf(script(made.size)))
  for (const [tag, more, event] of elements) for (const spell of spellings) add((body) => spell(tag, more, event, code(body)))
  for (const exit of exits)
    for (const [tag, more, event] of elements) add((body) => `${exit.replace(/<$/, '')}<${tag} ${more} ${event}="${body}">`)
  for (const other of others) add(other)
  return [...made]
}

/** At least 500, all different. */
export const hostileTexts: readonly string[] = build()
