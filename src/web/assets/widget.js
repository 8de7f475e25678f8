// @ts-check
/**
 * <flywheel-feedback token="..."></flywheel-feedback>: thumbs for one answer of an agent, and why it was bad. One file without dependencies, for pages of
 * others, also under a strict policy: no inline styles, no HTML from text.
 */
;(() => {
  const NAME = 'flywheel-feedback'
  if (!('customElements' in globalThis) || customElements.get(NAME) !== undefined) return

  const MAX_TRIES = 5
  const THUMB = 'M3 11h4v9H3zM7 11l4-8c2 0 3 1 3 3l-1 4h6c1.4 0 2.2 1 2 2.4l-1 6c-.2 1-1 1.6-2 1.6H7'
  const REASONS = ['incorrect', 'incomplete', 'off_topic', 'unclear', 'slow']
  const KEYS = ['question', 'good', 'bad', 'why', ...REASONS, 'comment', 'send', 'thanks', 'withdrawn', 'failed']

  /** In the order of KEYS. @type {Record<string, string>} */
  const LANGUAGES = {
    en: 'How was the answer?|Good|Bad|What was wrong?|Not correct|Incomplete|Not what I asked|Unclear|Too slow|Anything else?|Send|Thank you.|Taken back.|Not sent. Please try again.',
    de: 'Wie war die Antwort?|Gut|Schlecht|Was war falsch?|Nicht richtig|Etwas fehlt|Nicht meine Frage|Unklar|Zu langsam|Noch etwas?|Senden|Danke.|Zurückgenommen.|Nicht gesendet. Bitte noch einmal versuchen.',
    fr: 'Que pensez-vous de la réponse ?|Bonne|Mauvaise|Qu’est-ce qui n’allait pas ?|Pas exacte|Incomplète|Pas ma question|Pas claire|Trop lente|Autre chose ?|Envoyer|Merci.|Avis retiré.|Échec de l’envoi. Veuillez réessayer.',
    es: '¿Qué le pareció la respuesta?|Buena|Mala|¿Qué estuvo mal?|No es correcta|Falta algo|No es lo que pregunté|Poco clara|Demasiado lenta|¿Algo más?|Enviar|Gracias.|Opinión retirada.|No se pudo enviar. Inténtelo de nuevo.',
    it: 'Com’era la risposta?|Buona|Cattiva|Che cosa non andava?|Non è corretta|Manca qualcosa|Non è la mia domanda|Poco chiara|Troppo lenta|Altro?|Invia|Grazie.|Opinione ritirata.|L’invio non è riuscito. Riprova.',
    pt: 'Que tal a resposta?|Boa|Má|O que estava errado?|Não está correta|Falta algo|Não foi o que perguntei|Pouco clara|Demasiado lenta|Mais alguma coisa?|Enviar|Obrigado.|Opinião retirada.|O envio falhou. Tente novamente.',
    nl: 'Hoe was het antwoord?|Goed|Slecht|Wat was er mis?|Niet juist|Er ontbreekt iets|Niet wat ik vroeg|Onduidelijk|Te langzaam|Nog iets?|Versturen|Dank u.|Ingetrokken.|Niet verstuurd. Probeer het opnieuw.',
  }

  const CSS = `
:host { display: inline-block; max-width: 26rem; font-size: 0.875rem; line-height: 1.4;
  --accent: var(--flywheel-accent, light-dark(#2256b5, #8fb4ff)); --line: var(--flywheel-line, light-dark(#8a939e, #6a7480));
  --fill: var(--flywheel-fill, light-dark(#e8effb, #22304a)); --round: var(--flywheel-radius, 6px) }
:host([hidden]), :host(:not([token])), [hidden] { display: none !important }
button, textarea { box-sizing: border-box; font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: var(--round) }
button { cursor: pointer; padding: 0.25em 0.75em; min-height: 2.25em }
button:focus-visible, textarea:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
button[aria-pressed='true'] { background: var(--fill); border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent) }
.thumbs { display: flex; align-items: center; flex-wrap: wrap; gap: 0.25rem 0.4rem }
.thumb { display: grid; place-items: center; width: 2.25em; padding: 0; border-color: transparent }
.thumb:hover { border-color: var(--line) }
svg { width: 1.25em; fill: none; stroke: currentcolor; stroke-width: 1.6; stroke-linejoin: round }
.bad svg { transform: rotate(180deg) }
form { display: grid; gap: 0.5rem; margin-top: 0.5rem }
fieldset { display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0; padding: 0; border: 0 }
legend { padding: 0; margin-bottom: 0.25rem }
.reason { border-radius: 2em }
label { display: grid; gap: 0.25rem }
textarea { width: 100%; padding: 0.4em 0.6em; resize: vertical }
.send { justify-self: start; border-color: var(--accent) }`

  const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]')
  const home = script instanceof HTMLScriptElement ? new URL('.', script.src).href.slice(0, -1) : ''

  /** @type {CSSStyleSheet | undefined} */
  let sheet

  /**
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {Readonly<Record<string, string>>} attributes `class` names the part as well
   * @param {readonly (Node | string)[]} children
   */
  const make = (tag, attributes, children = []) => {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    element.setAttribute('part', element.className)
    element.append(...children)
    return element
  }

  class FlywheelFeedback extends HTMLElement {
    static observedAttributes = ['token', 'rating', 'lang', 'reasons']
    /** @typedef {{ rating: string | null, reasons: string[], comment: string }} Said */
    /** What the user says. @type {Said} */
    #said = { rating: null, reasons: [], comment: '' }
    /** What the server has of it. */
    #kept = this.#said
    #isSending = false
    #isOpen = false
    #status = make('span', { class: 'status', role: 'status' })
    #root = this.attachShadow({ mode: 'open' })

    connectedCallback() {
      this.#build()
    }

    /** @param {string} name @param {string | null} before @param {string | null} now */
    attributeChangedCallback(name, before, now) {
      if (before === now) return
      if (name === 'token' || name === 'rating') {
        // Another token is another answer.
        const rating = this.getAttribute('rating')
        this.#said = this.#kept = {
          rating: rating === 'positive' || rating === 'negative' ? rating : null,
          reasons: [],
          comment: '',
        }
        this.#isOpen = false
        this.#status.textContent = ''
      }
      this.#build()
    }

    /** @param {string} key */
    #word(key) {
      const language = this.closest('[lang]')?.getAttribute('lang') ?? navigator.language
      const words = (LANGUAGES[language.slice(0, 2).toLowerCase()] ?? LANGUAGES['en'] ?? '').split('|')
      return this.getAttribute(`label-${key}`) ?? words[KEYS.indexOf(key)] ?? key
    }

    #build() {
      if (!this.isConnected) return
      if (sheet === undefined) {
        sheet = new CSSStyleSheet()
        sheet.replaceSync(CSS)
      }
      this.#root.adoptedStyleSheets = [sheet]
      const thumbs = make('div', { class: 'thumbs', role: 'group', 'aria-label': this.#word('question') }, [
        this.#thumb('positive', 'good'),
        this.#thumb('negative', 'bad'),
        this.#status,
      ])
      this.#root.replaceChildren(thumbs, this.#panel())
      this.#show()
    }

    /** @param {string} rating @param {string} key */
    #thumb(rating, key) {
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
      svg.setAttribute('viewBox', '0 0 24 24')
      svg.setAttribute('aria-hidden', 'true')
      const path = svg.appendChild(document.createElementNS(svg.namespaceURI, 'path'))
      path.setAttribute('d', THUMB)
      const title = this.#word(key)
      const names = { class: `thumb ${key}`, title, 'aria-label': title }
      const button = make('button', { type: 'button', 'data-rating': rating, ...names }, [svg])
      button.onclick = () => {
        const isTaken = this.#said.rating === rating
        this.#isOpen = !isTaken && rating === 'negative'
        this.#say({ rating: isTaken ? null : rating, reasons: [], comment: '' })
      }
      return button
    }

    #panel() {
      const codes = (this.getAttribute('reasons') ?? REASONS.join()).split(',').filter((code) => code.trim() !== '')
      const reasons = codes.map((code) => this.#reason(code.trim()))
      const comment = make('textarea', { class: 'comment', rows: '2', maxlength: '4000' })
      // Shortcuts of the page see the element and not the field inside of it.
      comment.onkeyup = comment.onkeypress = (event) => event.stopPropagation()
      comment.onkeydown = (event) => {
        event.stopPropagation()
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
        if (event.key === 'Escape') this.#close()
      }
      const form = make('form', { class: 'panel' }, [
        ...(reasons.length > 0
          ? [make('fieldset', { class: 'reasons' }, [make('legend', {}, [this.#word('why')]), ...reasons])]
          : []),
        make('label', {}, [this.#word('comment'), comment]),
        make('button', { class: 'send' }, [this.#word('send')]),
      ])
      form.onsubmit = (event) => {
        event.preventDefault()
        this.#close()
        this.#say({ ...this.#said, comment: comment.value.trim() })
      }
      return form
    }

    /** @param {string} code */
    #reason(code) {
      const button = make('button', { type: 'button', class: 'reason', 'data-reason': code }, [this.#word(code)])
      button.onclick = () => {
        const { reasons } = this.#said
        const others = reasons.filter((reason) => reason !== code)
        this.#say({ ...this.#said, reasons: others.length < reasons.length ? others : [...reasons, code] })
      }
      return button
    }

    #close() {
      this.#isOpen = false
      this.#show()
      const thumb = this.#root.querySelector('.bad')
      if (thumb instanceof HTMLElement) thumb.focus()
    }

    #show() {
      for (const button of this.#root.querySelectorAll('button')) {
        const { rating, reason } = button.dataset
        if (rating !== undefined) button.setAttribute('aria-pressed', String(rating === this.#said.rating))
        if (reason !== undefined) button.setAttribute('aria-pressed', String(this.#said.reasons.includes(reason)))
      }
      this.#root.querySelector('form')?.toggleAttribute('hidden', !this.#isOpen)
    }

    /** @param {Said} said */
    #say(said) {
      this.#said = said
      this.#status.textContent = ''
      this.#show()
      void this.#send()
    }

    /** Sends until the server has what is said; what changes meanwhile goes next. */
    async #send() {
      if (this.#isSending) return
      this.#isSending = true
      while (this.#said !== this.#kept) {
        const said = this.#said
        const token = this.getAttribute('token')
        const answer = await this.#deliver(`${this.getAttribute('server') ?? home}/f/${token}`, said)
        if (token !== this.getAttribute('token') || answer === 'changed') continue
        const isLast = said === this.#said
        if (answer !== null) this.#kept = said
        else if (isLast) this.#said = this.#kept
        const outcome = answer === null ? 'failed' : said.rating === null ? 'withdrawn' : 'sent'
        if (isLast) this.#status.textContent = this.#word(outcome === 'sent' ? 'thanks' : outcome)
        this.#isOpen &&= this.#said.rating === 'negative'
        this.#show()
        const detail = { ...said, status: outcome, id: answer }
        this.dispatchEvent(new CustomEvent(NAME, { bubbles: true, composed: true, detail }))
      }
      this.#isSending = false
    }

    /** The id; null = refused, or nobody answered. @param {string} url @param {Said} said */
    async #deliver(url, said) {
      for (let tries = 1; ; tries++) {
        let pauseMs = 400 * 2 ** tries
        try {
          const isVote = said.rating !== null
          const response = await fetch(url, {
            method: isVote ? 'POST' : 'DELETE',
            credentials: 'omit',
            // It arrives also when the page is left meanwhile.
            keepalive: true,
            ...(isVote && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(said) }),
          })
          if (response.ok) return (await response.json()).id
          if (response.status !== 429 && response.status < 500) return null
          pauseMs = Math.max(pauseMs, 1_000 * Number(response.headers.get('retry-after') ?? 0) || 0)
        } catch {
          // Nobody answered, or it was no answer of ours.
        }
        if (tries >= MAX_TRIES || pauseMs > 60_000) return null
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
        if (said !== this.#said) return 'changed'
      }
    }
  }

  customElements.define(NAME, FlywheelFeedback)
})()
