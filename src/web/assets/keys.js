// @ts-check
/** Keys, and what moves on a run's page: the tree follows the transcript, and the transcript the tree. Without this file links do all of it. */

const base = document.body.dataset.base ?? '/'
/** Set where somebody does not want single keys to do anything, for instance because they speak to their computer. */
const KEYS_OFF = 'flywheel keys off'
/** Below this width tree and transcript stand one above the other. */
const isWide = matchMedia('(min-width: 901px)')

keys()
followTranscript()
openTarget()
addEventListener('hashchange', openHiddenTarget)

function areKeysOff() {
  try {
    return localStorage.getItem(KEYS_OFF) !== null
  } catch {
    // Browsers may be told to keep nothing.
    return false
  }
}

function keys() {
  let isGoing = false
  const box = document.getElementById('keys-on')
  if (box instanceof HTMLInputElement) {
    box.checked = !areKeysOff()
    box.addEventListener('change', () => (box.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, '1')))
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (areKeysOff() && event.key !== '?') return
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
  const path = { l: '', r: 'runs', f: 'feedback', n: 'notes', i: 'instrument', b: 'runbook' }[key]
  if (path === undefined) return false
  location.assign(`${base}${path}`)
  return true
}

/** @param {string} key */
function press(key) {
  switch (key) {
    case 'j':
      return step('[data-row]', 1, true)
    case 'k':
      return step('[data-row]', -1, true)
    case 'n':
      return step(FAILED, 1)
    case 'p':
      return step(FAILED, -1)
    case 'c':
      return focus(document.querySelector('#transcript h2'))
    case 'f':
    case '/':
      return focus(document.querySelector('main form input:not([type=hidden]), main form select, [data-filter]'))
    case '?':
      return showKeys()
    default:
      return /^[a-z]$/.test(key) && follow(document.querySelector(`a[data-press="${key}"]`))
  }
}

/** Failed steps of a run; failed runs of a list. */
const FAILED = '#transcript article.failed, tr.failed [data-row], li.failed [data-row]'

/** @param {Element | null} link */
function follow(link) {
  if (!(link instanceof HTMLAnchorElement)) return false
  link.click()
  return true
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
 * @param {boolean} [showsCard] of a row of the tree: the transcript goes to its step
 */
function step(selector, direction, showsCard = false) {
  const row = rowFrom(selector, direction)
  if (!focus(row)) return false
  if (showsCard && row && isWide.matches) cardOf(row)?.scrollIntoView({ block: 'start' })
  return true
}

/**
 * @param {string} selector
 * @param {1 | -1} direction
 */
function rowFrom(selector, direction) {
  const rows = [...document.querySelectorAll(selector)]
  const active = document.activeElement ?? document.body
  const at = rows.indexOf(active)
  if (at >= 0) return rows[at + direction]
  const isAfter = (/** @type {Element} */ row) =>
    active !== document.body && (active.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
  const from = active === document.body ? 0 : rows.findIndex(isAfter)
  return direction === 1 ? rows[from] : rows[(from < 0 ? rows.length : from) - 1]
}

/** @param {Element | null | undefined} element */
function focus(element) {
  if (!(element instanceof HTMLElement)) return false
  openAround(element)
  element.focus()
  element.scrollIntoView({ block: element.matches('article') ? 'start' : 'nearest' })
  return true
}

/**
 * The card of a row of the tree; null = it is no such row, or its card is not on this page.
 * @param {Element} row
 */
function cardOf(row) {
  const hash = row.closest('.tree') === null ? null : row.getAttribute('href')
  return hash === null ? null : document.getElementById(hash.slice(1))
}

/** @param {Element} element */
function openAround(element) {
  for (let details = element.closest('details'); details !== null; details = details.parentElement?.closest('details') ?? null) {
    details.open = true
  }
}

/** A link to a step shows it. */
function openTarget() {
  focus(targetStep())
}

/** Where the step can be seen the browser has gone to it, and by the time of this event somebody may have gone on from there. */
function openHiddenTarget() {
  const target = targetStep()
  if (target?.closest('details:not([open])')) focus(target)
}

function targetStep() {
  // Ids of steps need no escaping, so what is escaped is none of them.
  const target = location.hash === '' ? null : document.getElementById(location.hash.slice(1))
  return target?.matches('article') ? target : null
}

/** Marks in the tree which step of the transcript is being read, and keeps it in view there. */
function followTranscript() {
  const tree = document.querySelector('.tree')
  const scroller = tree?.parentElement
  if (!tree || !scroller) return
  const rows = new Map([...tree.querySelectorAll('a')].map((row) => [row.getAttribute('href')?.slice(1) ?? '', row]))
  /** @type {Element | null} */
  let marked = null
  /** @param {string} id */
  const mark = (id) => {
    const row = rows.get(id)
    if (row === undefined || row === marked) return
    marked?.removeAttribute('aria-current')
    row.setAttribute('aria-current', 'true')
    marked = row
    const [around, own] = [scroller.getBoundingClientRect(), row.getBoundingClientRect()]
    if (own.top < around.top || own.bottom > around.bottom) scroller.scrollTop += own.top - around.top - around.height / 3
  }
  // A line in the upper third of the window: the card that crosses it is being read.
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) mark(target.id)
    },
    { rootMargin: '-20% 0px -79% 0px' },
  )
  for (const card of document.querySelectorAll('#transcript article')) watcher.observe(card)
}
