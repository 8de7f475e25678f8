/** French. */
import type { Language } from '../language.ts'

const person =
  "(un|une|le|la|l'|votre|quelqu'un)? (vrai|vraie|véritable|autre)? (humain|être humain|conseiller|conseillère|agent|opérateur|opératrice|personne|personne réelle|responsable|superviseur|manager|représentant|technicien|service client|agent humain|conseiller humain|opérateur humain|vraie personne)"
const someone = "(quelqu'un|quelqu'un de réel|quelqu'un d'autre)"

export const french: Language = {
  code: 'fr',
  openers: [
    "ok|okay|d'accord|bien|super|parfait|génial|excellent|ah|oh|oui|ouais|bonjour|salut|bon|alors|et|très|top|nickel|compris|merveilleux|formidable|génial|cool|impeccable",
    "(très bien|c'est bon|c'est parfait|ça marche|ça a marché|je vois|je comprends|c'est compris|c'est noté)",
  ],
  noes: [
    "non|nan|désolé|désolée|mais|euh|hmm|attendez|attends|pardon|stop|s'il",
    "(je crois que|je pense que|je suis désolé mais|s'il vous plaît|s'il te plaît|s'il vous plait|svp)",
  ],
  contradicts: {
    say: [
      `(c'est|c'était|cela est|votre réponse est|ta réponse est) (toujours|encore|complètement|totalement|tout simplement|juste|vraiment)? (faux|fausse|incorrect|incorrecte|erroné|inexact|n'importe quoi) $`,
      "(ce n'est|c'est|ce n'était|cela n'est|ça n'est) (toujours|vraiment)? pas (du tout)? (ça|cela|juste|correct|vrai|exact|bon|la bonne réponse|ce que j'ai demandé|ce que je demandais|ce que je demande|ce que je voulais|ce que je veux|ce que j'ai dit|ce que je cherche|ma question|ce que je voulais dire) ",
      "(ce n'est|c'est|ce n'était) (toujours|vraiment)? pas (du tout)? (ça|cela|juste|correct|vrai|exact|ce que j'ai demandé|ce que je demandais|ce que je voulais|ce que j'ai dit|ce que je cherche|ma question) $",
      "pas (du tout)? ce que (j'ai demandé|je demandais|je voulais|j'ai dit|je cherche|je veux)",
      "(vous avez|tu as|t'as|vous m'avez|tu m'as) (mal compris|tort|mal lu|pas compris) ",
      "(vous avez|tu as|t'as|vous m'avez|tu m'as|vous n'avez pas|tu n'as pas|vous ne m'avez pas|tu ne m'as pas) (mal compris|tort|mal lu|compris|répondu à ma question|compris ma question) $",
      '(vous ne répondez|tu ne réponds|ça ne répond|cela ne répond) pas à (ma|la) question',
      '(vous vous trompez|tu te trompes|vous faites erreur) $',
      '^(faux|incorrect|erreur) $',
      "^non ,? (c'est faux|c'est pas|ce n'est pas|je voulais dire|j'ai dit|je parlais|j'ai demandé|je demandais)",
      "^(je voulais dire|j'ai dit) .. ,? pas",
      'il (y a|doit y avoir) (une erreur|un malentendu|une confusion|erreur) $',
    ],
    unless: [
      'traduis|traduire|traduisez|traduction',
      '(dites moi|dis moi|corrigez moi|corrige moi) si',
      "(si c'est faux|si ce n'est)",
    ],
  },
  asksForHuman: {
    say: [
      `(je veux|je voudrais|j'aimerais|je souhaite|je souhaiterais|puis je|est ce que je peux|pourrais je|je peux|je dois|j'ai besoin de|peut on|comment puis je|comment) (bien|juste|vraiment)? (parler|discuter|échanger|être mis en relation|être transféré|communiquer|être mise en relation) (à|avec|directement à|directement avec|en direct avec) ${person}`,
      `(je veux|je voudrais|j'aimerais|je souhaite|je souhaiterais|puis je|est ce que je peux|pourrais je|je peux|j'ai besoin de) (bien|juste|vraiment)? (parler|discuter|échanger) (à|avec) ${someone}`,
      `(passez moi|passe moi|mettez moi|transférez moi|transfère moi|connectez moi) (s'il vous plaît|en relation|en contact)? (avec|à|vers)? ${person}`,
      `(pouvez vous|pourriez vous|peux tu|pourrais tu|veuillez) me (mettre en relation|mettre en contact|transférer|passer|connecter) (avec|à|vers)? ${person}`,
      `(y a t il|il y a|est ce qu'il y a) (quelqu'un|une personne|un humain|un conseiller) (à qui|avec qui) (je|on)`,
      "^(un|une)? (humain|vrai humain|conseiller|agent humain|vraie personne|opérateur) (s'il vous plaît|svp|s'il te plaît|stp)? $",
    ],
    unless: [
      '(ne veux pas|ne souhaite pas|sans|pas besoin de|ne pas) (parler|être|me|passer|transférer)',
      'rédige|rédiger|écris|écrire|traduis|traduire|mail',
    ],
  },
  thanks: {
    say: [
      '(un grand|mille)? merci',
      'je (vous|te) remercie',
      "(c'est|c'était) (très|vraiment|super|exactement)? (utile|ce que je cherchais|ce qu'il me fallait|ce que je voulais) $",
    ],
    unless: [
      'mais|cependant|pourtant|toutefois|malheureusement|quand même|hélas',
      'non ,? (merci|je vous remercie)',
      'merci (pour rien|de rien|quand même|pour votre compréhension|de votre compréhension|de votre patience)',
      "(d'avance|par avance|à l'avance|de bien vouloir|de me|de nous|de votre réponse)",
      'pas|faux|nul|nulle|inutile|pire|déçu|déçue|ironie',
    ],
  },
  rephrases: {
    say: [
      '(je reformule|je vais reformuler|laissez moi reformuler|laisse moi reformuler|permettez moi de reformuler|autrement dit|je répète|je repose ma question|je repose la question|je vais répéter)',
      "(je l'ai|je vous l'ai|je te l'ai|je vous ai|je t'ai) (déjà) (dit|demandé|expliqué|donné)",
      "(j'ai déjà) (dit|répondu|expliqué|demandé|donné)",
      "comme je (l'ai|vous l'ai|te l'ai|l'ai déjà) (déjà)? (dit|expliqué|mentionné)",
      'ce que je (voulais dire|veux dire|voulais savoir|voulais demander)',
      'ma question était ..',
    ],
    unless: ['traduis|traduire|traduisez', '(reformule ce|reformule le|reformule cette)'],
  },
  affirms: ["oui|ouais|d'accord|exact|exactement|je confirme|c'est ça|allez y|vas y"],
  invitesRepeat: [
    'autres|différent|différente|encore un|encore une|alternative|alternatives',
    '^non',
    'autre|suivant|suivante|continue|continuez|blague|blagues|poème|histoire|hasard|actualise|statut|nouvelles|météo|dernière|dernières',
    '(du nouveau|quelle heure)',
    '^(raconte|donne|donnez|écris|génère|crée|propose|suggère|dessine) (moi)? (un|une|des|deux|trois|cinq)',
  ],
  fillers: ['bonjour salut svp stp ok alors donc bien merci oui non euh plait sil bonsoir juste vraiment'],
  functionWords: [
    'le la les l un une des du de d au aux je j jai me moi mon ma mes tu te toi ton ta tes il elle on nous notre',
    'nos vous votre vos ils elles leur leurs se sa son ses ce cest cet cette ces ca cela est suis es sont etait',
    'etre ete ai as a avons avez ont avoir peux peut puis pouvez pourriez pourrais veux voudrais voulais souhaite',
    'dois faut fait faire et ou si que qui quoi quel quelle quels quelles comment dans en sur par pour avec chez y',
    'ne tres aussi savoir dire aider besoin queest quest estce vs',
  ],
}
