// @ts-check
/**
 * What pages gain from a script: live parts, relative times, keys, copy buttons. Without it everything can still be read. Nothing is built: browsers get
 * this file as it is. Text that came from agents is never made into HTML here; the live stream sends what the server has escaped.
 */

const base = document.body.dataset.base ?? '/'

live()
relativeTimes()
copyButtons(document)
filters()
keys()
openTarget()
addEventListener('hashchange', openTarget)

/** Keeps the live page up to date. A hidden page lets go of its connection: browsers allow six of them to one server. */
function live() {
  const root = document.getElementById('live')
  const address = root?.dataset.stream
  const status = document.getElementById('stream-status')
  if (root === null || address === undefined || status === null) return
  /** @type {EventSource | null} */
  let source = null
  const connect = () => {
    if (document.hidden || source !== null) return
    const opened = new EventSource(address)
    source = opened
    opened.addEventListener('update', (event) => {
      /** @type {Record<string, string>} */
      const sections = JSON.parse(event.data)
      for (const [id, html] of Object.entries(sections)) replaceSection(id, html)
      status.textContent = ''
      showTimes()
    })
    opened.addEventListener('error', () => {
      status.textContent =
        opened.readyState === EventSource.CLOSED
          ? 'This page has stopped updating itself. Reload it, and log in again if you are asked to.'
          : 'The processor does not answer. This page tries again.'
    })
  }
  const disconnect = () => {
    source?.close()
    source = null
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? disconnect() : connect()))
  connect()
}

/** Parts that came while somebody was marking text in the old ones. @type {Map<string, string>} */
const waiting = new Map()

document.addEventListener('selectionchange', () => {
  for (const [id, html] of waiting) replaceSection(id, html)
})

/**
 * Puts a new version in the place of a part of the page; what has the focus, is opened or selected stays so.
 * @param {string} id
 * @param {string} html
 */
function replaceSection(id, html) {
  const old = document.getElementById(id)
  if (old === null) return
  if (hasSelection(old)) {
    waiting.set(id, html)
    return
  }
  waiting.delete(id)
  const template = document.createElement('template')
  template.innerHTML = html
  const next = template.content.firstElementChild
  if (next === null) return
  const focused = document.activeElement !== null && old.contains(document.activeElement) ? document.activeElement : null
  const row = focused?.getAttribute('data-row')
  const scrolled = [...old.querySelectorAll('.scroll')].map((element) => element.scrollLeft)
  const opened = new Map(
    [...old.querySelectorAll('details[data-key]')].map((details) => [
      details.getAttribute('data-key'),
      details.hasAttribute('open'),
    ]),
  )
  old.replaceWith(next)
  copyButtons(next)
  ;[...next.querySelectorAll('.scroll')].forEach((element, index) => (element.scrollLeft = scrolled[index] ?? 0))
  for (const details of next.querySelectorAll('details[data-key]')) {
    details.toggleAttribute('open', opened.get(details.getAttribute('data-key')) ?? details.hasAttribute('open'))
  }
  if (row) focus([...next.querySelectorAll('[data-row]')].find((element) => element.getAttribute('data-row') === row))
}

/**
 * Somebody is marking text there: it must not vanish under the mouse.
 * @param {Element} element
 */
function hasSelection(element) {
  const selection = getSelection()
  return selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode)
}

function relativeTimes() {
  showTimes()
  setInterval(showTimes, 1_000)
}

function showTimes() {
  const nowMs = Date.now()
  for (const time of document.querySelectorAll('time[datetime]')) {
    const text = agoText(nowMs - Date.parse(time.getAttribute('datetime') ?? ''))
    if (text !== null && time.textContent !== text) time.textContent = text
  }
}

/**
 * Null = no time, or one so far in the future that clocks disagree: it stays as it is.
 * @param {number} agoMs
 */
function agoText(agoMs) {
  if (Number.isNaN(agoMs) || agoMs < -60_000) return null
  const seconds = Math.max(0, Math.round(agoMs / 1_000))
  if (seconds < 60) return `${seconds} s ago`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`
}

/** @param {ParentNode} root */
function copyButtons(root) {
  if (!navigator.clipboard) return
  for (const pre of root.querySelectorAll('pre[data-copy]')) {
    if (pre.parentElement?.classList.contains('copyable')) continue
    const frame = document.createElement('div')
    frame.className = 'copyable'
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy'
    button.textContent = 'copy'
    button.addEventListener('click', () => {
      navigator.clipboard.writeText(pre.textContent ?? '').then(
        () => (button.textContent = 'copied'),
        () => (button.textContent = 'not allowed'),
      )
      setTimeout(() => (button.textContent = 'copy'), 2_000)
    })
    pre.replaceWith(frame)
    frame.append(pre, button)
  }
}

/** Filters of one choice take effect at once; empty fields stay out of the address. */
function filters() {
  for (const form of document.querySelectorAll('form[method=get]')) {
    if (!(form instanceof HTMLFormElement)) continue
    form.addEventListener('submit', () => {
      for (const field of form.elements) {
        if ((field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && field.value === '') field.disabled = true
      }
    })
    if ('auto' in form.dataset) form.addEventListener('change', () => form.requestSubmit())
  }
}

function keys() {
  let isGoing = false
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const wasGoing = isGoing
    isGoing = event.key === 'g' && !wasGoing
    const handled = wasGoing ? goTo(event.key) : press(event.key)
    if (handled) event.preventDefault()
  })
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
}

/** @param {string} key */
function goTo(key) {
  const path = { l: '', r: 'runs', i: 'instrument' }[key]
  if (path === undefined) return false
  location.assign(`${base}${path}`)
  return true
}

/** @param {string} key */
function press(key) {
  switch (key) {
    case 'j':
      return step('[data-row]', 1)
    case 'k':
      return step('[data-row]', -1)
    case 'n':
      return step('details.failed > summary', 1)
    case 'p':
      return step('details.failed > summary', -1)
    case 'f':
    case '/':
      return focus(document.querySelector('main form input:not([type=hidden]), main form select, [data-filter]'))
    case '?':
      return showKeys()
    default:
      return false
  }
}

function showKeys() {
  const dialog = document.getElementById('shortcuts')
  if (!(dialog instanceof HTMLDialogElement)) return false
  dialog.showModal()
  return true
}

/**
 * Moves the focus to the next or previous element of a kind, from wherever it is.
 * @param {string} selector
 * @param {1 | -1} direction
 */
function step(selector, direction) {
  const rows = [...document.querySelectorAll(selector)]
  const active = document.activeElement ?? document.body
  const at = rows.indexOf(active)
  if (at >= 0) return focus(rows[at + direction])
  const isAfter = (/** @type {Element} */ row) =>
    active !== document.body && (active.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
  const from = active === document.body ? 0 : rows.findIndex(isAfter)
  return focus(direction === 1 ? rows[from] : rows[(from < 0 ? rows.length : from) - 1])
}

/** @param {Element | null | undefined} element */
function focus(element) {
  if (!(element instanceof HTMLElement)) return false
  element.focus()
  element.scrollIntoView({ block: 'nearest' })
  return true
}

/** A link to a step opens it. */
function openTarget() {
  const target = location.hash === '' ? null : document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (target instanceof HTMLDetailsElement) {
    target.open = true
    focus(target.querySelector('summary'))
  }
}
