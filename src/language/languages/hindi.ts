/** Hindi, in its own script and as it is typed in Latin letters. */
import type { Language } from '../language.ts'

const person = '(किसी)? (असली|वास्तविक|असल)? (इंसान|व्यक्ति|एजेंट|प्रतिनिधि|अधिकारी|मैनेजर|कर्मचारी|ग्राहक सेवा|कस्टमर केयर|आदमी)'
const latinPerson =
  '(kisi)? (asli|real|live)? (insaan|insan|vyakti|agent|representative|manager|customer care|executive|aadmi|human)'

export const hindi: Language = {
  code: 'hi',
  openers: [
    'ठीक|है|अच्छा|बढ़िया|बहुत|हाँ|हां|जी|नमस्ते|वाह|शानदार|समझ|गया|गई|और|तो|ओके|कृपया|accha|acha|theek|thik|hai|haan|ji|bahut|badhiya|namaste',
    '(ठीक है|समझ गया|समझ गई|बहुत अच्छा|हो गया|theek hai|thik hai|samajh gaya|ho gaya)',
  ],
  noes: ['नहीं|ना|लेकिन|माफ़|कीजिए|रुको|मुझे|लगता|nahi|nahin|lekin|sorry', '(मुझे लगता है|माफ़ कीजिए|माफ कीजिए)'],
  contradicts: {
    say: [
      '(यह|ये|वह|वो|आपका जवाब|आपका उत्तर|तुम्हारा जवाब|जवाब) (अभी भी|बिल्कुल|पूरी तरह|बिलकुल)? (गलत|ग़लत|सही नहीं|ठीक नहीं) (है|हैं|था)? $',
      '(मैंने|मैने) (यह|ये|ऐसा|वो|वह) (नहीं) (पूछा|कहा|बोला|मांगा|माँगा)',
      '(मेरा|मेरे) (मतलब) (यह|ये|वह|वो) नहीं',
      '(आप|आपने|तुम|तुमने) (गलत|ग़लत) (समझ|समझे|समझा|समझ रहे|कह रहे|बता रहे)',
      '(मेरे) (सवाल|प्रश्न) का (जवाब|उत्तर) नहीं',
      '^(गलत|ग़लत|गलत जवाब) $',
      '(ye|yeh|yah|wo|woh) (abhi bhi|bilkul)? (galat|sahi nahi|sahi nahin) (hai|h)? $',
      '(maine|mene) (ye|yeh|aisa) (nahi|nahin) (pucha|poocha|kaha|bola|manga)',
    ],
    unless: ['(अनुवाद|anuvad|translate|अगर|यदि|क्या यह|kya ye)'],
  },
  asksForHuman: {
    say: [
      `(मुझे|मैं|क्या मैं|मुझको)? ${person} से (सीधे)? (बात) (करनी है|करना है|करना चाहता|करना चाहती|कर सकता|कर सकती|कराइए|करवाइए|कराओ|करवा|करा दो|करा दीजिए)`,
      `(मुझे|कृपया मुझे)? ${person} से (जोड़|जोड़ें|जोड़िए|कनेक्ट|जोड़ दीजिए)`,
      `(mujhe|mai|main|kya main|kya mai)? ${latinPerson} se (baat|bat) (karni hai|karna hai|karni h|karna chahta|karna chahti|karao|karwao|kara do|karwa do|kar sakta)`,
      '^(असली इंसान|इंसान|एजेंट) (चाहिए|से बात)? $',
    ],
    unless: ['(नहीं करनी|नहीं करना|नहीं चाहिए|बात नहीं|baat nahi|nahi karni|nahi karna|लिखो|लिखिए|अनुवाद)'],
  },
  thanks: {
    say: ['(बहुत बहुत|बहुत|आपका|आपका बहुत|bahut|aapka)? (धन्यवाद|शुक्रिया|थैंक्यू|थैंक यू|आभार|dhanyavad|dhanyawad|dhanyavaad|shukriya)'],
    unless: ['(लेकिन|मगर|पर|परंतु|lekin|magar|नहीं|nahi|nahin|गलत|galat|बेकार|bekar|पहले से|अग्रिम)'],
  },
  rephrases: {
    say: [
      '(मैं)? (दोबारा|फिर से|दूसरे शब्दों में|फिरसे) (पूछता|पूछती|पूछ रहा|पूछ रही|कहता|कहती|बताता|बताती|समझाता|समझाती)',
      '(मैंने|मैने) (पहले ही|पहले भी|अभी) (बताया|कहा|पूछा|बोला|दिया)',
      '(मेरा|मेरे) (मतलब) (यह|ये) (है|था)',
      '(maine|mene) (pehle hi|pehle bhi|abhi) (bataya|kaha|pucha|poocha|bola)',
      'mera matlab (ye|yeh) (hai|tha)',
    ],
    unless: ['अनुवाद|translate'],
  },
  affirms: ['हाँ|हां|जी|ठीक|haan|theek'],
  invitesRepeat: [
    'और कोई|कोई और|दूसरे|दूसरी',
    '^(नहीं|nahi)',
    'दूसरा|और एक|अगला|जारी|चुटकुला|कविता|स्थिति|अपडेट|मौसम|नया|ताज़ा|status|update|joke',
  ],
  fillers: ['कृपया नमस्ते ठीक जी हाँ please धन्यवाद plz'],
  functionWords: [
    'मैं मुझे मेरा मेरी मेरे हम आप आपका आपकी आपके तुम यह ये वह वो इस उस है हैं था थी थे हो हूँ हूं का की के को से',
    'में पर ने और या कि क्या कैसे कौन कौनसा एक कोई कुछ भी ही तो सकता सकती सकते चाहता चाहती चाहिए करना करूं करूँ कर',
    'रहा रही रहे लिए बता बताएं बताइए मदद',
  ],
}
