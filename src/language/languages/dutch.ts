/** Dutch. */
import type { Language } from '../language.ts'

const person =
  '(een|de|een echt|een echte|jullie|uw|iemand)? (echte|echt|menselijke|andere)? (mens|persoon|medewerker|medewerkster|agent|iemand|klantenservice|leidinggevende|manager|supervisor|collega|mens van vlees en bloed)'

export const dutch: Language = {
  code: 'nl',
  openers: [
    'ok|oké|goed|prima|super|perfect|geweldig|fijn|top|mooi|ah|oh|ja|hallo|hoi|hey|en|dus|heel|begrepen|duidelijk|uitstekend|fantastisch|werkt|gelukt|hartelijk',
    '(heel goed|ik snap het|ik begrijp het|het werkt|dat werkt)',
  ],
  noes: [
    'nee|neen|sorry|maar|hm|hmm|wacht|eigenlijk|alstublieft|alsjeblieft|graag',
    '(ik denk dat|ik geloof dat|het spijt me|volgens mij)',
  ],
  contradicts: {
    say: [
      '(dat|dit|het|je antwoord|uw antwoord) (is|was|klopt) (nog steeds|helemaal|gewoon|echt|ook)? (fout|verkeerd|onjuist|incorrect|niet juist|niet goed|niet waar|niet correct|niet wat ik vroeg|niet wat ik bedoelde|niet wat ik zei|niet wat ik wilde|niet wat ik zoek|niet mijn vraag) $',
      '(dat|dit|het) klopt (echt|helemaal|nog steeds)? niet $',
      '(dat|dit|zo) (bedoelde|bedoel|vroeg|zei) ik niet $',
      '(dat|dit|het) (is|was) (helemaal)? niet wat ik (vroeg|bedoelde|zei|wilde|zoek|bedoel|heb gevraagd)',
      'niet wat ik (vroeg|bedoelde|zei|wilde|bedoel)',
      '(je|jij|u) (hebt|heb|heeft) (het|mij|me|mijn vraag|de vraag) (verkeerd|niet) (begrepen|gelezen)',
      '(je|jij|u) (begrijpt|begrijp|beantwoordt|beantwoord) (me|mij|mijn vraag|de vraag) (niet|verkeerd)',
      '(je|jij|u) (vergist je|vergist u|zit fout|hebt het mis|heeft het mis) $',
      '^(fout|verkeerd|onjuist) $',
      '^(fout|verkeerd) antwoord',
      '^nee ,? (dat is|dat klopt|het is) (niet|fout|verkeerd)',
      '^nee ,? ik (bedoelde|bedoel|zei|vroeg|wilde)',
      '^ik (zei|bedoelde) .. ,? niet',
      '(er|dit|dat) (is|moet|was) (sprake van)? (een|wel een)? (misverstand|vergissing) (zijn)? $',
    ],
    unless: ['vertaal|vertalen|vertaling', '(zeg het|laat me weten|laat het weten|corrigeer me) (als|of)', '(hoe zeg je)'],
  },
  asksForHuman: {
    say: [
      `(ik wil|ik wil graag|ik zou graag|kan ik|mag ik|ik moet|zou ik|kunnen we|hoe kan ik|ik wens) (graag|alsjeblieft|alstublieft|even|misschien|gewoon)? (met) ${person} (van de klantenservice|van jullie)? (spreken|praten|chatten|doorverbonden worden|willen spreken|willen praten|bellen)`,
      `(ik wil|kan ik|mag ik|ik zou graag) ${person} (spreken) `,
      `(kun je|kunt u|kan je|wil je|wilt u|zou je|zou u)? (mij|me)? (alsjeblieft|alstublieft)? (verbind|verbinden|doorverbinden|verbindt) (mij|me)? (alsjeblieft|alstublieft)? (door)? (met|naar) ${person}`,
      `(kun je|kunt u|kan je|wil je|wilt u) (mij|me) (alsjeblieft|alstublieft)? (met|naar) ${person} (doorverbinden|verbinden)`,
      '^(een|met een)? (mens|medewerker|echt persoon|echt mens|echte medewerker) (alsjeblieft|alstublieft|aub|graag) $',
    ],
    unless: [
      '(niet|geen) (met|doorverbinden|verbinden|doorverbonden|mens|medewerker)',
      'schrijf|vertaal|vertalen|opstellen|email',
    ],
  },
  thanks: {
    say: [
      '(heel erg|hartelijk|ontzettend|super|heel)? (bedankt|dank|dankjewel|dankuwel|dankje|thanks|thx)',
      '(dank) (je|u) (wel)?',
      '(dat|dit) is (precies)? (wat ik nodig had|wat ik zocht|heel nuttig) $',
    ],
    unless: [
      'maar|echter|helaas|toch|hoewel',
      'nee ,? (dank|bedankt|dankjewel|dankuwel)',
      '(dank|bedankt|dankjewel) (je|u)? (wel)? (voor) (niets|niks|je geduld|uw geduld|uw begrip)',
      '(alvast|bij voorbaat)',
      'niet|geen|fout|verkeerd|nutteloos|slecht|teleurgesteld',
    ],
  },
  rephrases: {
    say: [
      '(laat me|ik zal|ik ga|laat mij) (het|dat|mijn vraag|de vraag)? (nog eens|even|opnieuw|anders)? (anders)? (formuleren|herformuleren|vragen|zeggen|herhalen|stellen)',
      '(anders gezegd|anders gevraagd|ik herhaal|ik vraag het nog eens|nogmaals mijn vraag|nogmaals) $',
      '(dat|ik) heb (ik)? (je|u|het|dat)? (toch)? al (gezegd|gevraagd|verteld|uitgelegd|gegeven)',
      'zoals (ik)? (al)? (gezegd|zei|eerder zei|vermeld)',
      'wat ik (eigenlijk)? (bedoelde|bedoel|wilde vragen|wil weten)',
      'mijn vraag was ..',
    ],
    unless: ['(vertaal|vertalen|herformuleer deze|herformuleer dit)'],
  },
  affirms: ['ja|klopt|akkoord|precies|bevestigd|prima'],
  invitesRepeat: [
    'anders|alternatief|alternatieven|het weer',
    '^nee',
    'andere|ander|verder|volgende|grap|mop|gedicht|verhaal|willekeurig|vernieuw|status|stand|nieuws|klaar|laatste',
    '(nog een|hoe laat)',
    '^(vertel|geef|schrijf|genereer|maak|teken|noem) (me|mij)? (een|twee|drie|vijf)',
  ],
  fillers: ['hallo hoi alsjeblieft alstublieft aub ok oké dus even graag bedankt dank ja nee nou gewoon maar toch'],
  functionWords: [
    'de het een ik me mij mijn je jij jou jouw u uw hij hem zijn zij ze haar hun wij we ons onze jullie is ben bent',
    'was waren wordt worden heb hebt heeft hebben had kan kun kunt kunnen moet moeten wil wilt wilde zou zal mag',
    'dat dit die deze te in op aan bij voor met om en of als wat welke hoe er hier daar ook zo heel erg weten',
    'zeggen helpen doen doe over',
  ],
}
