/** Polish. */
import type { Language } from '../language.ts'

const person =
  '(żywym|prawdziwym|prawdziwą|innym|waszym|jakimś)? (człowiekiem|osobą|konsultantem|konsultantką|pracownikiem|agentem|kimś|przedstawicielem|przełożonym|kierownikiem|menedżerem|obsługą klienta|doradcą|operatorem|prawdziwą osobą|żywą osobą)'

export const polish: Language = {
  code: 'pl',
  openers: [
    'ok|okej|dobra|dobrze|super|świetnie|świetne|idealnie|ekstra|ah|oh|tak|cześć|hej|no|i|więc|rozumiem|jasne|wspaniale|doskonale|fajnie|bardzo|działa|witam',
    '(bardzo dobrze|w porządku|zadziałało|udało się)',
  ],
  noes: ['nie|sorry|przepraszam|ale|hm|hmm|czekaj|proszę|niestety', '(myślę że|wydaje mi się że|chyba)'],
  contradicts: {
    say: [
      '(to|ta odpowiedź) (jest|było) (nadal|wciąż|całkowicie|zupełnie|po prostu)? (źle|błędne|nieprawda|niepoprawne|nieprawidłowe|nieprawdziwe|błąd|błędna) $',
      '(to)? (nieprawda|nie prawda|źle) $',
      '(to)? nie (jest)? (jest)? (to)? (poprawne|prawidłowe|prawda|prawdą|dobrze) $',
      '(to)? nie (jest|było)? (to)? ,? o co (pytałem|pytałam|prosiłem|prosiłam|mi chodziło|chodziło|pytam|mi chodzi)',
      '(to)? nie (jest|było)? (to)? ,? czego (chciałem|chciałam|szukam|szukałem|szukałam|oczekiwałem)',
      'nie o to (mi)? (chodziło|chodzi|pytałem|pytałam|prosiłem|prosiłam|pytam)',
      'nie to (miałem|miałam) na myśli',
      '(mylisz się|myli się pan|myli się pani|jesteś w błędzie) $',
      '(źle|nie) (mnie)? (zrozumiałeś|zrozumiałaś|zrozumiał|rozumiesz) (mnie|mojego pytania|pytania|pytanie)? $',
      'nie (odpowiedziałeś|odpowiedziałaś|odpowiadasz|odpowiedział) na (moje)? pytanie',
      '^nie ,? (to nie|to jest źle|to źle|to nieprawda|chodziło mi|miałem na myśli|miałam na myśli|mówiłem|mówiłam|powiedziałem|powiedziałam|pytałem|pytałam)',
      '^(źle|błąd|błędnie) $',
      '^zła odpowiedź',
      '(to|zaszła|musiało|chyba) (jakaś|jakieś|dojść do|zaszło)? (pomyłka|nieporozumienie|nieporozumienia|pomyłki) $',
    ],
    unless: [
      'przetłumacz|przetłumaczyć|tłumaczenie',
      '(powiedz|daj znać|popraw mnie) (mi)? ,? (czy|jeśli|jeżeli)',
      '(jak powiedzieć)',
    ],
  },
  asksForHuman: {
    say: [
      `(chcę|chciałbym|chciałabym|mogę|czy mogę|czy mógłbym|czy mogłabym|muszę|wolę|proszę|czy można|można|potrzebuję|jak mogę) (proszę|teraz)? (porozmawiać|rozmawiać|pogadać|rozmowę|połączyć się|skontaktować się|o połączenie|o rozmowę|mówić) (z|ze) ${person}`,
      `(proszę|czy możesz|możesz|czy może mnie pan|czy możecie)? (mnie)? (połącz|połączyć|przełącz|przełączyć|połączenie|przekieruj|przekierować) (mnie)? (proszę)? (z|ze|do) ${person}`,
      '^(z)? (człowiekiem|konsultantem|konsultant|człowiek|żywy człowiek|prawdziwy człowiek|żywym człowiekiem) (proszę|poproszę)? $',
      '(jest|czy jest) ktoś ,? z kim (mogę|można|mógłbym|mogłabym) porozmawiać',
    ],
    unless: [
      'nie (chcę|muszę|potrzebuję|chciałbym|chciałabym|łącz|przełączaj) (rozmawiać|być|rozmowy|mnie|z)',
      'bez (rozmowy|rozmawiania)',
      'napisz|przetłumacz|zredaguj|mail',
    ],
  },
  thanks: {
    say: [
      '(bardzo|wielkie|serdecznie|pięknie|stokrotne)? (dziękuję|dziękuje|dzięki|dzieki|dziękówka|dzięks)',
      '(to)? (dokładnie|właśnie)? (tego szukałem|tego szukałam|tego potrzebowałem|tego potrzebowałam|o to chodziło|o to mi chodziło) $',
    ],
    unless: [
      'ale|jednak|niestety|mimo',
      'nie ,? (dziękuję|dziękuje|dzięki)',
      '(dzięki|dziękuję) (za nic|za cierpliwość|za wyrozumiałość|i tak|mimo)',
      '(z góry)',
      'nie|źle|gorzej|bezużyteczny|bezużyteczne|rozczarowany|ironia',
    ],
  },
  rephrases: {
    say: [
      '(pozwól że|spróbuję|powiem to|zapytam|zapytam inaczej|zapytam jeszcze raz|inaczej|ujmę to) (przeformułuję|inaczej|jeszcze raz|innymi słowami|zapytam inaczej)',
      '(powtarzam|powtórzę|powtórzę pytanie|inaczej mówiąc pytam|pytam jeszcze raz|pytam ponownie|przeformułuję) $',
      '(już) (ci|panu|pani|to|o to)? (mówiłem|mówiłam|pisałem|pisałam|powiedziałem|powiedziałam|pytałem|pytałam|podałem|podałam)',
      '(jak już|tak jak) (mówiłem|mówiłam|pisałem|pisałam|wspomniałem|wspomniałam)',
      '(chodziło mi|chodzi mi) o (to)?',
      'moje pytanie (brzmiało|było) ..',
    ],
    unless: ['(przetłumacz|przeformułuj to|przeformułuj ten|przeformułuj tekst)'],
  },
  affirms: ['tak|zgadza się|potwierdzam|dobrze|dokładnie'],
  invitesRepeat: [
    'innych|innego|alternatywa|alternatywy',
    '^nie',
    'inny|inna|inne|kolejny|kolejna|następny|dalej|kontynuuj|żart|wiersz|losowy|odśwież|status|nowego|gotowe|pogoda|najnowsze',
    '(jeszcze jeden|jeszcze jedną|która godzina)',
    '^(opowiedz|daj|napisz|wygeneruj|stwórz|narysuj|podaj|zaproponuj) (mi)? (jakiś|jakąś|kilka|dwa|trzy|pięć|żart)',
  ],
  fillers: ['cześć hej proszę ok no więc dziękuję dzięki tak witam dzień dobry po prostu właśnie'],
  functionWords: [
    'ja mnie mi mój moja moje moją mojego mojej ty ci cię ciebie twój on ona ono jego jej my nam nas nasz wy wam',
    'was oni ich pan pani się to ten ta te tego tej tę tym jest są był była było jestem być mam masz ma mogę możesz',
    'może można mógłbym chcę chciałbym chciałabym muszę i a lub albo czy że co jak jaki jaka jakie który która',
    'które w we na o u przy dla ze po też bardzo tu tam wiedzieć powiedzieć pomóc zrobić żeby aby',
  ],
}
