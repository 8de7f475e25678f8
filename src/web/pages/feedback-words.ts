/** What people are asked about an answer, in their language. The widget has a copy of what it says (a test compares them): it is one file for other sites. */

/** Why an answer was bad. The codes become the label of the feedback, so they do not depend on the language. */
export const reasonCodes = ['incorrect', 'incomplete', 'off_topic', 'unclear', 'slow'] as const
export type ReasonCode = (typeof reasonCodes)[number]

/** What the widget says as well. */
interface WidgetWords extends Readonly<Record<ReasonCode, string>> {
  readonly question: string
  readonly good: string
  readonly bad: string
  /** Heads the reasons. */
  readonly why: string
  readonly comment: string
  readonly send: string
  readonly thanks: string
  readonly withdrawn: string
  readonly failed: string
}

export interface FeedbackWords extends WidgetWords {
  readonly withdraw: string
  /** Behind the name of whoever asks. */
  readonly asks: string
  /** That sending again replaces the first. */
  readonly once: string
  /** Before a date. */
  readonly until: string
  readonly nothingSaid: string
  readonly tooOften: string
  readonly expired: string
  readonly invalid: string
}

export const languages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl'] as const
export type Language = (typeof languages)[number]

export const feedbackWords: Readonly<Record<Language, FeedbackWords>> = {
  en: {
    question: 'How was the answer?',
    good: 'Good',
    bad: 'Bad',
    why: 'What was wrong?',
    incorrect: 'Not correct',
    incomplete: 'Incomplete',
    off_topic: 'Not what I asked',
    unclear: 'Unclear',
    slow: 'Too slow',
    comment: 'Anything else?',
    send: 'Send',
    thanks: 'Thank you.',
    withdrawn: 'Taken back.',
    failed: 'Not sent. Please try again.',
    withdraw: 'Take it back',
    asks: 'asks',
    once: 'Sending again replaces what you sent before.',
    until: 'This link works until',
    nothingSaid: 'Choose good or bad, or write something.',
    tooOften: 'Too many at once. Please try again in a minute.',
    expired: 'This link has expired.',
    invalid: 'This link is not complete. Open it again from where you found it.',
  },
  de: {
    question: 'Wie war die Antwort?',
    good: 'Gut',
    bad: 'Schlecht',
    why: 'Was war falsch?',
    incorrect: 'Nicht richtig',
    incomplete: 'Etwas fehlt',
    off_topic: 'Nicht meine Frage',
    unclear: 'Unklar',
    slow: 'Zu langsam',
    comment: 'Noch etwas?',
    send: 'Senden',
    thanks: 'Danke.',
    withdrawn: 'Zurückgenommen.',
    failed: 'Nicht gesendet. Bitte noch einmal versuchen.',
    withdraw: 'Zurücknehmen',
    asks: 'fragt',
    once: 'Noch einmal senden ersetzt, was Sie vorher gesendet haben.',
    until: 'Dieser Link gilt bis',
    nothingSaid: 'Wählen Sie gut oder schlecht, oder schreiben Sie etwas.',
    tooOften: 'Zu viele auf einmal. Bitte in einer Minute noch einmal versuchen.',
    expired: 'Dieser Link ist abgelaufen.',
    invalid: 'Dieser Link ist nicht vollständig. Öffnen Sie ihn noch einmal dort, wo Sie ihn gefunden haben.',
  },
  fr: {
    question: 'Que pensez-vous de la réponse ?',
    good: 'Bonne',
    bad: 'Mauvaise',
    why: 'Qu’est-ce qui n’allait pas ?',
    incorrect: 'Pas exacte',
    incomplete: 'Incomplète',
    off_topic: 'Pas ma question',
    unclear: 'Pas claire',
    slow: 'Trop lente',
    comment: 'Autre chose ?',
    send: 'Envoyer',
    thanks: 'Merci.',
    withdrawn: 'Avis retiré.',
    failed: 'Échec de l’envoi. Veuillez réessayer.',
    withdraw: 'Retirer mon avis',
    asks: 'vous demande',
    once: 'Un nouvel envoi remplace le précédent.',
    until: 'Ce lien est valable jusqu’au',
    nothingSaid: 'Choisissez bonne ou mauvaise, ou écrivez quelque chose.',
    tooOften: 'Trop d’envois à la fois. Veuillez réessayer dans une minute.',
    expired: 'Ce lien a expiré.',
    invalid: 'Ce lien n’est pas complet. Ouvrez-le à nouveau là où vous l’avez trouvé.',
  },
  es: {
    question: '¿Qué le pareció la respuesta?',
    good: 'Buena',
    bad: 'Mala',
    why: '¿Qué estuvo mal?',
    incorrect: 'No es correcta',
    incomplete: 'Falta algo',
    off_topic: 'No es lo que pregunté',
    unclear: 'Poco clara',
    slow: 'Demasiado lenta',
    comment: '¿Algo más?',
    send: 'Enviar',
    thanks: 'Gracias.',
    withdrawn: 'Opinión retirada.',
    failed: 'No se pudo enviar. Inténtelo de nuevo.',
    withdraw: 'Retirar mi opinión',
    asks: 'pregunta',
    once: 'Si envía otra vez, se reemplaza lo anterior.',
    until: 'Este enlace funciona hasta el',
    nothingSaid: 'Elija buena o mala, o escriba algo.',
    tooOften: 'Demasiados envíos a la vez. Inténtelo de nuevo en un minuto.',
    expired: 'Este enlace ha caducado.',
    invalid: 'Este enlace no está completo. Ábralo de nuevo desde donde lo encontró.',
  },
  it: {
    question: 'Com’era la risposta?',
    good: 'Buona',
    bad: 'Cattiva',
    why: 'Che cosa non andava?',
    incorrect: 'Non è corretta',
    incomplete: 'Manca qualcosa',
    off_topic: 'Non è la mia domanda',
    unclear: 'Poco chiara',
    slow: 'Troppo lenta',
    comment: 'Altro?',
    send: 'Invia',
    thanks: 'Grazie.',
    withdrawn: 'Opinione ritirata.',
    failed: 'L’invio non è riuscito. Riprova.',
    withdraw: 'Ritira la mia opinione',
    asks: 'chiede',
    once: 'Un nuovo invio sostituisce il precedente.',
    until: 'Questo link è valido fino al',
    nothingSaid: 'Scegli buona o cattiva, oppure scrivi qualcosa.',
    tooOften: 'Troppi invii insieme. Riprova tra un minuto.',
    expired: 'Questo link è scaduto.',
    invalid: 'Questo link non è completo. Aprilo di nuovo da dove lo hai trovato.',
  },
  pt: {
    question: 'Que tal a resposta?',
    good: 'Boa',
    bad: 'Má',
    why: 'O que estava errado?',
    incorrect: 'Não está correta',
    incomplete: 'Falta algo',
    off_topic: 'Não foi o que perguntei',
    unclear: 'Pouco clara',
    slow: 'Demasiado lenta',
    comment: 'Mais alguma coisa?',
    send: 'Enviar',
    thanks: 'Obrigado.',
    withdrawn: 'Opinião retirada.',
    failed: 'O envio falhou. Tente novamente.',
    withdraw: 'Retirar a minha opinião',
    asks: 'pergunta',
    once: 'Um novo envio substitui o anterior.',
    until: 'Este link é válido até',
    nothingSaid: 'Escolha boa ou má, ou escreva algo.',
    tooOften: 'Demasiados envios de uma vez. Tente novamente daqui a um minuto.',
    expired: 'Este link expirou.',
    invalid: 'Este link não está completo. Abra-o novamente onde o encontrou.',
  },
  nl: {
    question: 'Hoe was het antwoord?',
    good: 'Goed',
    bad: 'Slecht',
    why: 'Wat was er mis?',
    incorrect: 'Niet juist',
    incomplete: 'Er ontbreekt iets',
    off_topic: 'Niet wat ik vroeg',
    unclear: 'Onduidelijk',
    slow: 'Te langzaam',
    comment: 'Nog iets?',
    send: 'Versturen',
    thanks: 'Dank u.',
    withdrawn: 'Ingetrokken.',
    failed: 'Niet verstuurd. Probeer het opnieuw.',
    withdraw: 'Intrekken',
    asks: 'vraagt',
    once: 'Opnieuw versturen vervangt wat u eerder stuurde.',
    until: 'Deze link werkt tot',
    nothingSaid: 'Kies goed of slecht, of schrijf iets.',
    tooOften: 'Te veel tegelijk. Probeer het over een minuut opnieuw.',
    expired: 'Deze link is verlopen.',
    invalid: 'Deze link is niet volledig. Open hem opnieuw waar u hem vond.',
  },
}
