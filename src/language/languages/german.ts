/** German. */
import type { Language } from '../language.ts'

const that = '(das ist|das war|es ist|dies ist|die antwort ist|das stimmt|das is)'
const still = '(immer noch|noch immer|leider|einfach|komplett|völlig|total|ganz|so|doch|aber|auch)?'
const person =
  '(einem|einer|einen|eine|ein|dem|der|den|ihrem|eurem)? (echten|echter|realen|richtigen|menschlichen|menschlicher|anderen|lebenden)? (menschen|mensch|mitarbeiter|mitarbeiterin|person|berater|beraterin|kundenberater|kundenservice|kundendienst|support mitarbeiter|servicemitarbeiter|vorgesetzten|manager|jemandem|jemanden|agenten|ansprechpartner|support)'

export const german: Language = {
  code: 'de',
  openers: [
    'ok|okay|gut|super|toll|prima|perfekt|klasse|wunderbar|ah|oh|aha|ja|jawohl|hallo|hi|hey|na|also|und|alles|klar|verstehe|verstanden|genau|wow|sehr|schön|top|geil|cool|großartig|ausgezeichnet|funktioniert|passt|bitte',
    '(alles klar|sehr gut|hat geklappt|das hat geklappt|das hilft|das hat geholfen|sehr hilfreich|ich verstehe|hat funktioniert)',
  ],
  noes: [
    'nein|nee|ne|nö|sorry|aber|hm|hmm|moment|quatsch|doch|entschuldigung|leider|dann|jetzt',
    '(ich glaube|ich denke|tut mir leid|es tut mir leid)',
  ],
  contradicts: {
    say: [
      `${that} ${still} (falsch|nicht richtig|nicht korrekt|inkorrekt|unwahr|verkehrt|gar nicht richtig|nicht wahr) $`,
      '(das|es) stimmt (so|aber|leider|doch|überhaupt|gar)? nicht $',
      'stimmt (so|gar|überhaupt)? nicht $',
      '(das|so) (war|ist|habe ich|hab ich|meinte ich|meine ich|wollte ich) (aber|doch|so)? nicht (das)? (was ich|gemeint|gefragt|gewollt|gesagt|so gemeint|meine frage)',
      '(das|so) (meinte|meine|wollte) ich (aber|doch|so|gar|überhaupt)? nicht $',
      'danach (habe|hab|hatte) ich nicht gefragt',
      '(darum|danach) ging es (mir)? nicht',
      '(nicht|überhaupt nicht|gar nicht) (das)? was ich (gefragt|gemeint|gesagt|wollte|will|meinte|brauche|suche)',
      '(das|es) beantwortet (meine frage|die frage) nicht',
      'du (hast|haben) (mich|das|es|die frage|meine frage) (falsch|nicht) verstanden',
      'sie haben (mich|das|es|die frage|meine frage) (falsch|nicht) verstanden',
      '(du|sie) (liegst|liegen|irrst dich|irren sich|irrst) (falsch|da)? $',
      '(du liegst|sie liegen) (da|damit|hier|leider)? falsch',
      '^(falsch|inkorrekt) $',
      '^falsche antwort',
      '(immer noch|noch immer) falsch $',
      '^nein ,? (das ist|das war|es ist) (falsch|nicht)',
      '^nein ,? ich (meinte|meine|sagte|wollte|habe gesagt|hab gesagt|habe gefragt)',
      '^ich (meinte|sagte) .. ,? nicht',
      '(da|hier|das) (liegt|muss) (wohl|sicher)? ein (missverständnis|irrtum) (vor|sein|vorliegen) $',
      '(das|es) ist (wohl)? ein missverständnis $',
    ],
    unless: [
      'übersetze|übersetzen|übersetzung',
      '(sag mir|sagen sie mir|korrigiere mich|korrigier mich) (bitte)? ,? (wenn|ob|falls)',
      '(ob das|wenn das|falls das)',
    ],
  },
  asksForHuman: {
    say: [
      `(ich möchte|ich will|ich würde gerne|ich würde gern|ich muss|kann ich|könnte ich|darf ich|ich möchte gerne|ich möchte gern|lass mich|lassen sie mich|ich wünsche|wie kann ich) (bitte|endlich|jetzt|lieber|sofort|auch|nur)? (mit)? ${person} (aus dem support|aus fleisch und blut)? (sprechen|reden|telefonieren|chatten|verbunden werden|schreiben|kommunizieren)`,
      `(können sie|könnten sie|kannst du|könntest du|bitte|würden sie)? (mich)? (bitte)? (verbinde|verbinden|verbinden sie) (mich)? (bitte)? (mit) ${person}`,
      `(können sie|könnten sie|kannst du|könntest du|bitte) mich (bitte)? (mit|an|zu) ${person} (verbinden|weiterleiten|durchstellen|weitergeben|weiterverbinden)`,
      '(gibt es|ist) (da|hier)? (einen|eine|irgendeinen|jemand|jemanden) (echten|richtigen|menschlichen)? (menschen|mitarbeiter|person)? (mit dem|mit der|der|den) ich (sprechen|reden)',
      '^(bitte)? (einen|mit einem|mit)? (echten|richtigen|menschlichen)? (menschen|mensch|mitarbeiter|kundenberater) (bitte|sprechen) $',
      '(leiten sie|leite) (mich|das|dies|den fall) (bitte)? (an) ' + person + ' weiter',
    ],
    unless: [
      '(nicht|keinen|kein|keinem|keiner) (mit|menschen|mitarbeiter|verbinden|weiterleiten|verbunden)',
      'schreibe|schreib|verfasse|formuliere|übersetze|übersetzen|email|entwurf',
    ],
  },
  thanks: {
    say: [
      '(vielen|herzlichen|tausend|besten|lieben|schönen)? (dank|danke|dankeschön|merci)',
      '(danke|dank) (dir|ihnen|euch|schön|sehr|vielmals)',
      'ich (danke|bedanke) (dir|ihnen|mich)',
      '(das ist|das war|du bist|sie sind) (sehr|wirklich|super|echt)? (hilfreich|genau was ich brauchte|genau was ich gesucht habe) $',
      'genau (das)? ,? (was|das) ich (brauchte|gesucht habe|wollte|brauche)',
    ],
    unless: [
      'aber|allerdings|jedoch|leider|trotzdem|dennoch|sondern|obwohl',
      'nein ,? (danke|dank|vielen dank)',
      '(danke|dank) (für|fürs) (nichts|gar nichts|garnichts|die zeitverschwendung|dein verständnis|ihr verständnis|ihre geduld)',
      '(im voraus|im vorraus|schon mal|schonmal|vorab)',
      'nicht|kein|keine|falsch|nutzlos|schlecht|schlechter|enttäuscht|unbrauchbar|frustriert|nervt|ironie',
    ],
  },
  rephrases: {
    say: [
      '(ich formuliere|ich formulier|lass mich|lassen sie mich) (es|das|meine frage|die frage)? (noch mal|nochmal|noch einmal|mal)? (anders|neu|um|umformulieren|anders formulieren|neu formulieren|anders fragen|wiederholen)',
      '(anders gesagt|anders gefragt|anders formuliert|nochmal anders|noch einmal anders|ich frage nochmal|ich frage noch einmal|ich wiederhole|ich wiederhole meine frage|noch einmal meine frage) $',
      'ich habe (dir|ihnen|das|es)? (doch)? (schon|bereits|gerade|doch schon) (gesagt|gefragt|erklärt|geschrieben|beantwortet)',
      'wie (schon|bereits) (gesagt|erwähnt|geschrieben) $',
      'was ich (eigentlich)? (meinte|meine|wissen wollte|fragen wollte)',
      'meine frage (war|lautete) ..',
    ],
    unless: ['(übersetze|übersetzen|umformulieren|formuliere das|formuliere den)'],
  },
  affirms: ['ja|jawohl|genau|richtig|passt|bestätigt|ich bestätige|gerne|in ordnung'],
  invitesRepeat: [
    'andere|anderer|weitere|alternative|alternativen|mach weiter|weiter so',
    '^nein',
    'weitere|noch ein|anderen|anderes|witz|witze|gedicht|rätsel|würfel|würfeln|zufällig|aktualisieren|status|stand|fortschritt|neues|fertig|wetter|neueste|neuesten|aktuell|aktuelle',
    '(noch einen|noch eine|wie spät)',
    '^(erzähl|erzähle|gib|schreib|schreibe|generiere|erstelle|erstell|zeichne|nenne|nenn|empfiehl) (mir)? (einen|eine|ein|einige|zwei|drei|fünf)',
  ],
  fillers: [
    'bitte hallo hi hey ok okay also nochmal mal doch denn eigentlich danke ja nein gerne gern einfach halt nun',
    'aber sorry',
  ],
  functionWords: [
    'der die das den dem des ein eine einen einem einer eines ich mich mir mein meine meinen meinem meiner du dich',
    'dir dein deine er sie es ihn ihm ihr ihre ihren ihnen wir uns unser unsere man ist sind bin bist war waren',
    'sein wird werden wurde habe hab hat haben hatte kann können könnte könnten kannst könntest muss müssen soll',
    'sollte will möchte würde wollte darf zu zum zur in im an am auf bei für mit und oder wenn dass als um was wie',
    'welche welcher welches so auch sehr da hier sich gibt geht wissen sagen sag helfen über dies diese dieser',
    'dieses diesen',
  ],
}
