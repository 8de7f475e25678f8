/** Italian. */
import type { Language } from '../language.ts'

const person =
  "(un|una|un'|il|la|uno|qualche|vostro|un vero|una vera|altro)? (umano|essere umano|persona|persona reale|persona vera|operatore|operatrice|agente|consulente|responsabile|supervisore|rappresentante|addetto|tecnico|qualcuno|operatore umano)"

export const italian: Language = {
  code: 'it',
  openers: [
    'ok|okay|bene|benissimo|ottimo|perfetto|eccellente|fantastico|grande|ah|oh|sì|si|ciao|salve|e|allora|capito|bello|molto|va|tante|mille|magnifico|splendido',
    "(va bene|ho capito|ha funzionato|molto bene|tutto chiaro|d'accordo)",
  ],
  noes: ['no|scusa|scusi|ma|mmm|aspetta|aspetti|però|guarda|veramente', '(mi dispiace|credo che|penso che|per favore|mi scusi)'],
  contradicts: {
    say: [
      '(è|questo è|quello è|la risposta è|questa è) (ancora|completamente|totalmente|semplicemente|proprio|tutto)? (sbagliato|sbagliata|errato|errata|scorretto|falso|scorretta) $',
      '(questo|quello|questa)? non è (affatto)? (quello|ciò) che (ho chiesto|volevo|intendevo|ho detto|chiedevo|cercavo|voglio|sto cercando|ti ho chiesto|le ho chiesto)',
      '(questo|quello|così)? non è (corretto|vero|giusto|esatto|così) $',
      '^no ,? (è sbagliato|non è così|non è quello|intendevo|ho detto|volevo dire|ho chiesto|mi riferivo|non intendevo)',
      '(ti sbagli|si sbaglia|hai torto|ha torto|stai sbagliando) $',
      '(hai|ha|avete) (capito male|frainteso|sbagliato)',
      '(non hai|non ha|non avete) (capito|risposto) (alla)? (mia)? (domanda)? $',
      '(non hai|non ha|non avete|non) (risposto|risponde|rispondi) (a|alla) (mia)? domanda',
      '^(sbagliato|errato|falso) $',
      '^risposta (sbagliata|errata)',
      '^(ho detto|intendevo) .. ,? non',
      "(deve|dev') (esserci|essere) (un|stato un) (errore|malinteso|equivoco) $",
      "c'è (stato)? un (malinteso|equivoco) $",
    ],
    unless: ['traduci|tradurre|traduca|traduzione', '(dimmi|mi dica|correggimi|mi corregga) se', '(come si dice)'],
  },
  asksForHuman: {
    say: [
      `(voglio|vorrei|ho bisogno di|posso|potrei|mi piacerebbe|preferisco|desidero|devo|come posso|è possibile|si può|fammi|mi faccia) (per favore|subito)? (parlare|chattare|essere messo in contatto|essere messa in contatto|essere trasferito) (con|direttamente con|a) ${person}`,
      `(puoi|può|potresti|potrebbe)? (per favore)? (mi)? (mettimi|mettermi|mi metta|mi metti|passami|mi passi|passarmi|trasferiscimi|mi trasferisca|trasferirmi|collegami) (in contatto|in comunicazione)? (con|a) ${person}`,
      "(c'è) (qualcuno|una persona|un operatore) (con cui|con il quale) (posso|possa|potrei|parlare)",
      '^(un|una|con un)? (operatore|operatore umano|umano|persona reale|essere umano) (per favore)? $',
    ],
    unless: [
      'non (voglio|vorrei|desidero|serve|ho bisogno di) (parlare|essere|che)',
      'senza (parlare|dover parlare)',
      'scrivi|scrivere|traduci|tradurre|email|redigi',
    ],
  },
  thanks: {
    say: [
      '(molte|tante|mille)? grazie',
      '(ti|la|vi) ringrazio',
      '(è|era) (esattamente|proprio|molto)? (quello che cercavo|quello che mi serviva|quello che volevo|utile|utilissimo) $',
    ],
    unless: [
      'ma|però|tuttavia|purtroppo|comunque|sebbene',
      'no ,? (grazie|la ringrazio|ti ringrazio)',
      'grazie (di niente|per niente|lo stesso|comunque|per la pazienza|per la comprensione|per avermi fatto perdere)',
      '(in anticipo|anticipatamente)',
      'non (è|funziona|ha funzionato|serve|va|aiuta|era)',
      'inutile|peggio|pessimo|deluso|delusa|ironia|sbagliato',
    ],
  },
  rephrases: {
    say: [
      '(fammi|mi faccia|lasciami|mi lasci|provo a|devo) (riformulare|riformulare la domanda|ripetere|chiederlo in un altro modo|dirlo diversamente|spiegarmi meglio)',
      '(riformulo|ripeto|ripeto la domanda|te lo ripeto|lo ripeto|in altre parole chiedo|mi spiego meglio) $',
      "(te|glielo|ve)? (l'ho|lo ho|ho) già (detto|chiesto|spiegato|scritto|risposto)",
      'come (ti|le)? (ho)? già (detto|scritto|spiegato)',
      'quello che (volevo|intendevo|voglio) (dire|chiedere|sapere)',
      'la mia domanda era ..',
    ],
    unless: ['traduci|tradurre', '(riformula questo|riformula la|riformula il)'],
  },
  affirms: ['sì|si|va bene|esatto|corretto|confermo|procedi|certo'],
  invitesRepeat: [
    'altri|altre|diverso|diversa|alternativa|alternative|ancora un',
    '^no',
    'altro|altra|prossimo|continua|continui|barzelletta|poesia|caso|aggiorna|stato|novità|meteo|ultimo|ultima|ultime',
    '(che ore)',
    '^(raccontami|dammi|mi dia|scrivi|genera|crea|disegna|suggerisci|consiglia|consigliami|dimmi) (un|una|alcuni|due|tre|cinque)',
  ],
  fillers: ['ciao salve buongiorno per favore ok allora grazie sì si no ma cortesia solo davvero'],
  functionWords: [
    'il lo la i gli le un uno una di del della dello dei degli delle a al alla ai alle io mi me mio mia miei mie tu',
    'ti te tuo tua lei lui suo sua suoi sue ci noi nostro nostra voi vostro vostra vi loro è sono sei era essere',
    'stato ho hai ha abbiamo avete hanno avere posso puoi può potrei potrebbe voglio vorrei volevo devo bisogno e o',
    'che quale quali cosa come in nel nella su sul sulla con questo questa questi queste quello quella molto anche',
    'sapere dire dirmi aiutare aiuto fare faccio se ce',
  ],
}
