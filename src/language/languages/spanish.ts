/** Spanish. */
import type { Language } from '../language.ts'

const person =
  '(un|una|el|la|algún|alguna|otro|otra|su)? (verdadero|verdadera|real)? (humano|ser humano|persona|persona real|agente|agente humano|asesor|asesora|operador|operadora|representante|supervisor|supervisora|gerente|ejecutivo|alguien|alguien real|encargado|técnico)'

export const spanish: Language = {
  code: 'es',
  openers: [
    'ok|okay|vale|bien|bueno|genial|perfecto|excelente|estupendo|ah|oh|sí|si|hola|y|entonces|muy|claro|entendido|fantástico|listo|buenísimo|maravilloso|increíble|guay|super|muchas|muchísimas|mil',
    '(muy bien|de acuerdo|está bien|ya veo|lo entiendo|me sirve|ya funciona|ha funcionado)',
  ],
  noes: [
    'no|nop|perdón|perdona|disculpa|disculpe|pero|mmm|espera|espere|oye|mira|realmente',
    '(lo siento|creo que|por favor|pienso que|me temo que)',
  ],
  contradicts: {
    say: [
      '(eso|esto|esa|esta) (es|está|sigue siendo|sigue estando) (todavía|totalmente|completamente|simplemente|un poco)? (mal|incorrecto|equivocado|falso|erróneo|incorrecta) $',
      '(está|sigue) (mal|incorrecto|equivocado) $',
      '(eso|esto)? no es (lo que|eso lo que) (pedí|pregunté|quería|dije|quise decir|quiero|busco|estoy preguntando|te pregunté|te pedí|le pregunté|le pedí|necesito|he pedido|he preguntado)',
      '(eso|esto) no es (correcto|cierto|verdad|así|eso) $',
      '^no ,? (eso no es|no es eso|no es así|eso está mal|quise decir|quería decir|dije|me refería|me refiero|pedí|pregunté|te dije|no me refiero|no es correcto)',
      '(no es eso|no era eso|así no es) $',
      '(te|se) (equivocas|equivoca|has equivocado|ha equivocado) $',
      '(estás|está usted) equivocado $',
      '(me|no me) (has|ha|hayas) (entendido mal|malinterpretado|entendido) $',
      '(me entendiste|me entendió|entendiste|entendió) mal',
      'no (respondiste|has respondido|respondes|contestaste|ha respondido) (a)? (mi|la) pregunta',
      '(eso|esto) no responde (a)? (mi|la) pregunta',
      '^(incorrecto|falso|equivocado|mal) $',
      '^respuesta (incorrecta|equivocada)',
      '^(dije|quise decir) .. ,? no',
      '(debe|tiene que) (haber|ser) (un error|una confusión|un malentendido|una equivocación) $',
      '(hay|hubo|creo que hay) (un malentendido|una confusión) $',
    ],
    unless: ['traduce|traducir|traduzca|traducción', '(dime|avísame|corrígeme|dígame) si', '(cómo se dice)'],
  },
  asksForHuman: {
    say: [
      `(quiero|quisiera|necesito|me gustaría|puedo|podría|prefiero|deseo|exijo|cómo puedo|es posible|déjame|déjeme|hay forma de) (por favor|ya)? (hablar|comunicarme|chatear|contactar|que me atienda|ser atendido por|conversar|que me comuniquen|ser transferido) (con|directamente con|a)? ${person}`,
      `(me)? (puedes|puede|podrías|podría|pueden)? (por favor)? (me)? (comunicar|comunicarme|pasar|pasarme|transferir|transferirme|conectar|conectarme|comunicas|pasas|comunica|poner en contacto|ponerme en contacto) (con|a) ${person}`,
      `(comuníqueme|comunícame|páseme|pásame|transfiérame|transfiéreme|conécteme|conéctame|póngame) (en contacto)? (por favor)? (con|a) ${person}`,
      '(hay|existe) (alguien|alguna persona|algún agente|algún humano) (más|real)? con (quien|el que|la que) (pueda|puedo|poder) hablar',
      '^(un|una|con un|con una)? (humano|persona real|agente humano|representante|asesor humano|operador) (por favor)? $',
    ],
    unless: [
      'no (quiero|necesito|deseo|hace falta|quisiera|me) (hablar|que me|transfiera|transfieras|pasen|pase|comuniques|pases)',
      'sin (hablar|tener que hablar)',
      'escribe|redacta|redactar|traduce|traducir|correo',
    ],
  },
  thanks: {
    say: [
      '(muchas|muchísimas|mil|muy)? (gracias|agradecido|agradecida)',
      '(te|se|le|os) (lo)? agradezco',
      '(es|era|eres) (justo|justamente|exactamente|muy|súper)? (lo que necesitaba|lo que buscaba|lo que quería|útil|de gran ayuda) $',
    ],
    unless: [
      'pero|sin embargo|aunque|desgraciadamente|desafortunadamente|lamentablemente',
      'no ,? (gracias|muchas gracias)',
      'gracias (por nada|de todas formas|de todos modos|igualmente|por su paciencia|por su comprensión|por hacerme perder)',
      '(de antemano|por adelantado|por anticipado)',
      'no (es|funciona|sirve|funcionó|ayuda|me sirve|está|era|ha)',
      'inútil|mal|peor|decepcionado|decepcionada|ironía|basura|pésimo',
    ],
  },
  rephrases: {
    say: [
      '(déjame|déjeme|permíteme|permítame|voy a) (reformular|reformularlo|reformular la pregunta|repetir|explicarlo de otra forma|preguntarlo de otra manera|preguntar de otra forma|decirlo de otra manera|volver a preguntar)',
      '(en otras palabras pregunto|lo reformulo|reformulo|repito|te repito|le repito|repito la pregunta|vuelvo a preguntar|te lo repito) $',
      '(ya) (te|le|os|se)? (lo)? (dije|he dicho|pregunté|expliqué|di|he preguntado)',
      'como (ya)? (te|le)? (dije|he dicho|mencioné|expliqué)',
      'lo que (quise|quería|quiero) (decir|preguntar|saber)',
      'mi pregunta era ..',
    ],
    unless: ['traduce|traducir', '(reformula este|reformula el|reformula la)'],
  },
  affirms: ['sí|si|correcto|exacto|confirmo|de acuerdo|adelante|claro'],
  invitesRepeat: [
    'otros|otras|diferente|diferentes|alternativa|alternativas|algo más',
    '^no',
    'otro|otra|siguiente|continúa|continua|sigue|chiste|chistes|poema|cuento|azar|actualiza|estado|novedades|clima|último|última',
    '(qué hora)',
    '^(cuéntame|dame|deme|escribe|genera|crea|dibuja|sugiere|recomienda|recomiéndame|dime) (un|una|unos|unas|dos|tres|cinco)',
  ],
  fillers: ['hola por favor ok vale bueno pues entonces gracias si buenas buenos dias tardes oye realmente solo'],
  functionWords: [
    'el la los las lo un una unos unas de del al a yo me mi mis mio tu tus te ti usted su sus le les se nos nuestro',
    'nuestra ella ellos es son soy era esta estan estoy estaba ser estar he ha han hay haber tengo tiene puedo',
    'puede puedes podria podrias quiero quisiera queria necesito debo y o u que cual cuales como en con para sobre',
    'este esto estos estas ese esa eso esos muy tambien saber decir decirme ayudar ayuda hacer hago gustaria',
  ],
}
