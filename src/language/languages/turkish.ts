/** Turkish. */
import type { Language } from '../language.ts'

const person =
  '(bir|gerçek|gerçek bir|canlı|canlı bir|başka bir)? (insan|insanla|kişiyle|temsilciyle|yetkiliyle|müşteri temsilcisiyle|temsilci ile|insan ile|yetkili ile|müşteri temsilcisi ile|müşteri hizmetleriyle|müdürle|yönetici ile|yöneticiyle|biriyle|biri ile|kişi ile|operatörle|operatör ile|temsilcinizle|danışmanla|uzmanla)'

export const turkish: Language = {
  code: 'tr',
  openers: [
    'tamam|peki|iyi|güzel|harika|mükemmel|süper|ah|oh|evet|merhaba|selam|ve|yani|anladım|çok|müthiş|bravo|oldu|lütfen',
    '(çok iyi|çok güzel|işe yaradı)',
  ],
  noes: ['hayır|yok|pardon|ama|hmm|bekle|maalesef|aslında', '(özür dilerim|kusura bakma|kusura bakmayın|bence)'],
  contradicts: {
    say: [
      '(bu|o|bu cevap|cevabınız|cevabın|verdiğin cevap) (hala|hâlâ|tamamen|kesinlikle)? (yanlış|doğru değil|hatalı|yanlıştır) $',
      '(bu)? doğru değil $',
      '(bunu|onu|öyle|bu|sorduğum|istediğim|demek istediğim|kastettiğim) (sormadım|demedim|istemedim|kastetmedim|bu değil|bu değildi|şey bu değil|şey bu değildi) $',
      '(beni)? (yanlış anladın|yanlış anladınız|anlamadın|anlamadınız|yanlış anlıyorsun|yanlış anlıyorsunuz) $',
      '(yanılıyorsun|yanılıyorsunuz) $',
      '(sorumu|soruma) (cevaplamadın|cevaplamadınız|cevap vermedin|cevap vermediniz|yanıtlamadın|yanıtlamadınız)',
      '^yanlış $',
      '^yanlış cevap',
      '^hayır ,? (yanlış|bu yanlış|öyle değil|bu değil|demek istediğim|ben|onu demedim|doğru değil) $',
      '^hayır ,? (demek istediğim|ben .. dedim|ben .. sordum|onu sormadım)',
      '(bir)? (yanlışlık|yanlış anlaşılma|karışıklık) (var|olmalı|oldu) $',
    ],
    unless: ['çevir|çevirir|tercüme', '(yanlışsa|yanlış mı|doğru mu)', '(nasıl denir)'],
  },
  asksForHuman: {
    say: [
      `(lütfen)? ${person} (lütfen|hemen|direkt)? (konuşmak istiyorum|görüşmek istiyorum|konuşabilir miyim|görüşebilir miyim|konuşmam lazım|görüşmem lazım|konuşmak isterim|görüşmek isterim|bağlanmak istiyorum|konuşmalıyım|iletişime geçmek istiyorum|nasıl görüşebilirim|nasıl konuşabilirim)`,
      '(beni)? (lütfen)? (bir|gerçek bir|canlı)? (insana|temsilciye|müşteri temsilcisine|yetkiliye|operatöre|müşteri hizmetlerine|yöneticiye) (lütfen)? (bağla|bağlayın|bağlar mısın|bağlar mısınız|aktar|aktarın|yönlendir|yönlendirin|bağlayabilir misin|bağlayabilir misiniz|aktarır mısınız|bağlanmak istiyorum)',
      '^(müşteri temsilcisi|canlı destek|gerçek insan|gerçek kişi|temsilci) (lütfen)? $',
    ],
    unless: ['istemiyorum|bağlama|bağlamayın|gerek yok|aktarma|aktarmayın|yaz|çevir|tercüme'],
  },
  thanks: {
    say: [
      '(çok)? (teşekkürler|teşekkür ederim|teşekkür ederiz|sağol|sağolun|sağ ol|sağ olun|teşekkür|tşk|tşkler|eyvallah|minnettarım)',
      '(tam|tam da) (aradığım|istediğim|ihtiyacım olan) (şey|şeydi|buydu|bu) $',
    ],
    unless: [
      'ama|fakat|ancak|yine de|maalesef|lakin',
      '(hayır|yok) ,? (teşekkürler|teşekkür ederim|sağol|sağ ol)',
      '(hiçbir şey için|sabrınız için|anlayışınız için)',
      '(şimdiden|önceden|peşinen)',
      'değil|olmadı|yanlış|işe yaramadı|çalışmıyor|kötü|berbat|gereksiz',
    ],
  },
  rephrases: {
    say: [
      '(şöyle|farklı|başka türlü|tekrar|yeniden) (sorayım|sorayim|ifade edeyim|söyleyeyim|soruyorum|anlatayım)',
      '(tekrar ediyorum|tekrarlıyorum|tekrar soruyorum|yeniden soruyorum|sorumu tekrarlıyorum) $',
      '(zaten|daha önce) (söyledim|sordum|söylemiştim|anlattım|belirttim|yazdım|verdim)',
      '(demek istediğim|sormak istediğim) ..',
      'sorum şuydu ..',
    ],
    unless: ['çevir|tercüme'],
  },
  affirms: ['evet|tamam|doğru|onaylıyorum|aynen|olur'],
  invitesRepeat: [
    'diğer|farklı|alternatif|alternatifler',
    '^hayır',
    'başka|devam|sonraki|şaka|fıkra|şiir|rastgele|yenile|durum|durumu|haber|hazır|hava|güncel',
    '(bir tane daha|saat kaç)',
    '^(bana) (bir|iki|üç|beş)',
  ],
  fillers: ['merhaba selam lütfen tamam peki teşekkürler evet hayır sadece acaba yani ya'],
  functionWords: [
    'bir bu şu o ve ile ben bana beni benim sen sana seni senin biz bize siz size sizin onu ona onun onlar mi mı mu',
    'mü miyim mıyım misin mısın misiniz mısınız de da ki ne nasıl hangi için gibi var olarak olan olur istiyorum',
    'isterim lazım gerekiyor çok en her şey bunu bilmek öğrenmek yardım eder söyler',
  ],
}
