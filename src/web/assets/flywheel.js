// @ts-check
/**
 * What pages gain from a script: live parts, relative times, copy buttons. Without it everything can still be read. Nothing is built: browsers get
 * this file as it is. Text that came from agents is never made into HTML here; the live stream sends what the server has escaped.
 */

/** Parts that came while somebody was marking or pressing something in the old ones. @type {Map<string, string>} */
const waiting = new Map()
let isPressing = false
/** Adds copy buttons where texts come into view: a long run has thousands of them. @type {IntersectionObserver | null} */
let nearby = null

live()
relativeTimes()
copyButtons(document)
filters(document)
lookAgain()

/** Keeps the live page up to date. A hidden page lets go of its connection: browsers allow six of them to one server. */
function live() {
  const root = document.getElementById('live')
  const address = root?.dataset.stream
  const status = document.getElementById('stream-status')
  if (root === null || address === undefined || status === null) return
  let isPaused = false
  let failures = 0
  /** @type {EventSource | null} */
  let source = null
  const connect = () => {
    if (document.hidden || isPaused || source !== null) return
    const opened = new EventSource(address)
    source = opened
    opened.addEventListener('update', (event) => {
      /** @type {Record<string, string>} */
      const sections = JSON.parse(event.data)
      for (const [id, html] of Object.entries(sections)) replaceSection(id, html)
      failures = 0
      status.textContent = ''
      showTimes()
    })
    opened.addEventListener(
      'fault',
      () => (status.textContent = 'This page could not be brought up to date; the log of the processor says why.'),
    )
    opened.addEventListener('error', () => {
      status.textContent = 'The processor does not answer. This page tries again.'
      // The browser tries again by itself, unless it got an answer that is no stream: from a proxy, or because the login is over.
      if (opened.readyState === EventSource.CLOSED) again(opened)
    })
  }
  const disconnect = () => {
    source?.close()
    source = null
  }
  /** @param {EventSource} closed */
  const again = (closed) => {
    if (source === closed) source = null
    const pauseMs = Math.min(30_000, 3_000 * 2 ** failures++) * (0.5 + Math.random())
    setTimeout(connect, pauseMs)
    fetch(address, { method: 'HEAD' }).then(
      ({ status: code }) => {
        if (code === 401) status.textContent = 'Your login is over. Reload the page to log in again.'
      },
      () => {},
    )
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? disconnect() : connect()))
  status.after(
    toggle('pause updates', 'go on', (pauses) => {
      isPaused = pauses
      if (pauses) disconnect()
      else connect()
    }),
  )
  connect()
}

/**
 * A button that does one thing and, pressed again, the other.
 * @param {string} label
 * @param {string} pressedLabel
 * @param {(isPressed: boolean) => void} onChange
 */
function toggle(label, pressedLabel, onChange) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'quiet'
  button.textContent = label
  let isPressed = false
  button.addEventListener('click', () => {
    isPressed = !isPressed
    button.textContent = isPressed ? pressedLabel : label
    onChange(isPressed)
  })
  return button
}

function replaceWaiting() {
  for (const [id, html] of waiting) replaceSection(id, html)
}

document.addEventListener('selectionchange', replaceWaiting)
document.addEventListener('pointerdown', () => (isPressing = true), true)
for (const end of ['pointerup', 'pointercancel']) {
  document.addEventListener(
    end,
    () => {
      isPressing = false
      // After the click that comes of it.
      setTimeout(replaceWaiting, 0)
    },
    true,
  )
}

/**
 * Puts a new version in the place of a part of the page; what has the focus, is opened or scrolled stays so.
 * @param {string} id
 * @param {string} html
 */
function replaceSection(id, html) {
  const old = document.getElementById(id)
  if (old === null) return
  if (isPressing || isMarked(old)) {
    waiting.set(id, html)
    return
  }
  waiting.delete(id)
  const template = document.createElement('template')
  template.innerHTML = html
  const next = template.content.firstElementChild
  if (next === null) return
  const focused = placeOfFocus(old)
  const scrolled = [...old.querySelectorAll('.scroll')].map((element) => element.scrollLeft)
  const opened = new Map(
    [...old.querySelectorAll('details[data-key]')].map((details) => [
      details.getAttribute('data-key'),
      details.hasAttribute('open'),
    ]),
  )
  old.replaceWith(next)
  copyButtons(next)
  filters(next)
  for (const [index, element] of next.querySelectorAll('.scroll').entries()) element.scrollLeft = scrolled[index] ?? 0
  for (const details of next.querySelectorAll('details[data-key]')) {
    details.toggleAttribute('open', opened.get(details.getAttribute('data-key')) ?? details.hasAttribute('open'))
  }
  focused?.(next)
}

/**
 * How to find in a new version what had the focus in the old one; null = the focus is elsewhere.
 * @param {Element} old
 * @returns {((next: Element) => void) | null}
 */
function placeOfFocus(old) {
  const active = document.activeElement
  if (active === null || !old.contains(active)) return null
  const focusable = 'a, button, input, select, summary, [tabindex]'
  const index = [...old.querySelectorAll(focusable)].indexOf(active)
  const names = ['data-row', 'href'].map((name) => [name, active.getAttribute(name)])
  return (next) => {
    const candidates = [...next.querySelectorAll(focusable)]
    const same = names
      .map(([name, value]) => value && candidates.find((element) => element.getAttribute(name ?? '') === value))
      .find(Boolean)
    const found = same || candidates[index]
    if (found instanceof HTMLElement) found.focus({ preventScroll: true })
  }
}

/**
 * Somebody is marking text there: it must not vanish under the mouse.
 * @param {Element} element
 */
function isMarked(element) {
  const selection = getSelection()
  return selection !== null && !selection.isCollapsed && selection.containsNode(element, true)
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
  nearby ??= new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue
        nearby?.unobserve(target)
        copyButton(target)
      }
    },
    { rootMargin: '50%' },
  )
  for (const pre of root.querySelectorAll('pre[data-copy]')) nearby.observe(pre)
}

/** @param {Element} pre */
function copyButton(pre) {
  if (pre.nextElementSibling?.classList.contains('copy')) return
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
  if (pre.parentElement?.classList.contains('copyable')) return pre.after(button)
  const frame = document.createElement('div')
  frame.className = 'copyable'
  pre.replaceWith(frame)
  frame.append(pre, button)
}

/**
 * Filters of one choice take effect at once; empty fields stay out of the address.
 * @param {ParentNode} root
 */
function filters(root) {
  for (const form of root.querySelectorAll('form[method=get]')) {
    if (!(form instanceof HTMLFormElement)) continue
    form.addEventListener('submit', () => {
      for (const field of form.elements) {
        if ((field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && field.value === '') field.disabled = true
      }
    })
    if ('auto' in form.dataset) form.addEventListener('change', () => form.requestSubmit())
  }
}

/** Asks again for what the page says is still being prepared, less and less often. */
function lookAgain() {
  const waitingFor = document.querySelector('[data-refresh]')
  const section = waitingFor?.closest('section[id]')
  if (!waitingFor || !section) return
  waitingFor.querySelector('span')?.remove()
  let pauseMs = 1_000
  const look = async () => {
    const response = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => null)
    const text = response?.ok ? await response.text() : ''
    const next = new DOMParser().parseFromString(text, 'text/html').getElementById(section.id)
    if (next !== null && next.querySelector('[data-refresh]') === null) return replaceSection(section.id, next.outerHTML)
    pauseMs = Math.min(30_000, pauseMs * 1.5)
    setTimeout(look, pauseMs)
  }
  setTimeout(look, pauseMs)
}
