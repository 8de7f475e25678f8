/** English. */
import type { Language } from '../language.ts'

const it = "(that's|that is|that was|this is|it's|it is)"
const still = '(still|just|simply|also|completely|totally|clearly|definitely|actually|really|obviously)?'
const asked =
  '(asked|asked for|asked about|wanted|meant|requested|said|needed|need|want|am asking|was asking|am looking for|was looking for)'
const person =
  '(a|an|the|your|some|another|any|one of your)? (real|live|actual|human|physical)? (customer|customer service|customer support|support|service|human)? (human|human being|person|agent|representative|rep|operator|someone|somebody|supervisor|manager|specialist|advisor|staff member|team member)'
const someone = `${person} (else|real|human|in charge)?`
const want =
  "(i want|i need|i would like|i'd like|i wish|i would prefer|i'd prefer|i prefer|i wanna|i'd rather|i demand|i insist on|i just want|i just need|i really want|i really need|can i|could i|may i|can we|could we|let me|how do i|how can i|is it possible to|is there a way to|i would appreciate|i'd appreciate)"

export const english: Language = {
  code: 'en',
  openers: [
    'ok|okay|alright|right|great|perfect|excellent|awesome|cool|wonderful|amazing|fantastic|nice|good|wow|super|brilliant|lovely|ah|oh|aha|hey|hi|hello|well|so|and|yes|yeah|yep|sure|understood|worked|works|done',
    '(got it|i see|i understand|that works|it works|it worked|that worked|that helps|that helped|sounds good|very good|very helpful|so much better|that is great|that was great|all right)',
  ],
  noes: [
    'no|nope|nah|sorry|but|hmm|hm|actually|wait|um|uh|please|then|now|again|dude|bro|man|honestly|unfortunately|look|listen',
    "(i think|i believe|i'm sorry|i am sorry|i'm afraid|excuse me|as i said|i'm sure|sorry but|i don't think so)",
  ],
  contradicts: {
    say: [
      `${it} ${still} (wrong|incorrect|untrue|inaccurate|not right|not correct|not true|not accurate|not it|not quite right|not helpful) $`,
      "(that's|that is|this is|it's) not (at all)? what i (actually)? " + asked,
      `not (at all)? what i (actually)? ${asked} $`,
      "that (isn't|wasn't) (right|correct|true|what i asked|what i asked for|what i meant|what i wanted|what i said)",
      "that (doesn't|didn't) answer my question",
      "you (didn't|did not|don't|aren't) (answer|answering|understand|understood) (my question|me|the question)",
      "(you're|you are) (still|just|simply|completely|totally)? (wrong|mistaken|incorrect) $",
      'you (still)? (got|have|understood) (it|that|this|me) wrong',
      'you (misunderstood|misread|misinterpreted|misheard) (me|my|that|this|the|it|what) ',
      'you (misunderstood|misread|misinterpreted) $',
      "(that's|that is|this is|it's) the wrong (answer|file|date|city|name|number|account|language|format|function|address|place|question|day|year|month|person)",
      'you (gave|sent|showed|used|picked|chose|booked|cancelled|canceled|selected|changed|deleted|opened) (me|us)? (the)? wrong',
      "^no ,? (that's|that is|it's|it is) not (right|correct|true|it|what)",
      '^no ,? i (said|meant|asked for|asked about|asked you|was asking|wanted)',
      '^i (said|meant) .. ,? not',
      '^(wrong|incorrect) $',
      '^wrong (answer|again)',
      '(still|totally|completely) (wrong|incorrect) $',
      'there (must|might|may|seems to|has to) (be|have been) (a|some) (mistake|misunderstanding|confusion|mixup|mix up) $',
      "(there's|there is|there was|there has been) (a|some) (mistake|misunderstanding|confusion|mixup|mix up) $",
      "that (still)? (didn't|did not|doesn't|does not) (work|help|fix it|solve it|solve the problem|solve my problem) $",
    ],
    unless: [
      '(tell me|let me know|correct me|see|check|know) if',
      'translate|translation|pronounce|quote',
      '(how do you say|how to say|what does it mean)',
    ],
  },
  asksForHuman: {
    say: [
      `${want} (to)? (please|just|really|rather|be able to)? (talk|speak|chat|talking|speaking|chatting|speak directly|talk directly|be connected|be transferred|get connected|get transferred|being connected|being transferred|connect) (to|with) ${someone}`,
      `(can you|could you|would you|will you|you should|i want you to|i'd like you to|you need to|you must)? (please|just|kindly)? (connect|transfer|put|pass|switch|redirect|forward) me (over|through)? (to|with) ${someone}`,
      `(can you|could you|would you|will you)? (please|just|kindly)? (get|give|bring|find) me ${person} (please)? $`,
      '(can you|could you|would you|will you)? (please|just|kindly)? escalate (this|it|my|the) (case|issue|request|complaint|ticket|matter|problem)? (to)? (a|your|the)? (human|manager|supervisor|person|agent|management) $',
      '(please|yes please|yes) (transfer|connect) me $',
      `i (want|need) (a|an)? (real|live|actual|human) (human|person|agent|representative|operator|being) $`,
      `i (want|need|would like) (a human|a representative|a supervisor|to see a manager) $`,
      '^(talk|speak|chat|speaking|talking) (to|with) (a|an|your)? (real|live|human)? (human|person|agent|representative|operator|someone|somebody|manager|supervisor) (please)? $',
      '^(a)? (human|real human|real person|live agent|human agent|live person|representative|operator|customer service representative|agent please|human please|person please) (please|now)? $',
      `is there (anyone|anybody|someone|somebody|a human|a person|an agent|a real person|a manager|any manager|a supervisor|any supervisor) (else|here|there)? (i|we|that i|who i|whom i) (can|could) (please)? (talk|speak|chat|talk directly|speak directly) (to|with)`,
      'is there (a|any) (supervisor|manager|human|person) or (a)? (someone else|someone|higher up) (i|we|that i) (can|could) (talk|speak) (to|with|directly)',
      '(connecting|transferring) me (to|with) (a|an|another) (real|live|human)? (human|person|agent|representative|supervisor) would',
    ],
    unless: [
      "(don't|do not|didn't|never|not) (want|need|wish|like|have|trying|asking) (to)? (talk|speak|chat|be transferred|be connected|transfer|a human|an agent)",
      "(don't|do not|no need to|please do not|please don't) (transfer|connect|escalate|put|forward|pass|redirect|talk|speak)",
      '(prefer|rather|better) not (to)? (talk|speak|be transferred|be connected|be)',
      'write|draft|compose|translate|translation|email|script|rewrite|summarize|summarise',
      '(a user|the user|users|customers|a customer|the customer) (who)? (wants|want|asks|ask|needs|need|says|say)',
    ],
  },
  thanks: {
    say: [
      '(many|so many)? (thanks|thank you|thankyou|thx|thnx|ty|tysm|tyvm|thank u|cheers|much appreciated)',
      '(i|i really|i truly|really) (appreciate it|appreciate that|appreciate your help|appreciate the help)',
      "(that's|that is|that was|this is|this was|you're|you are) (very|so|really|super|extremely)? (helpful|a lifesaver|a life saver|the best|exactly what i needed|exactly what i wanted) $",
      '(exactly|just|precisely) what i (needed|wanted|was looking for)',
    ],
    unless: [
      'but|however|unfortunately|although|though|except|anyway|anyways|anyhow|regardless|nevertheless|yet|instead',
      '(no|nah|nope) ,? (thanks|thank you|thx|ty)',
      '(cancel|forget|drop|leave|skip|scratch) (it|that|this|everything|the whole thing)',
      'never mind|nevermind',
      '(thanks|thank you|thx|cheers) (so much|a lot|a bunch)? (for)? (nothing|wasting|ruining|breaking|ignoring|not helping|trying|your patience|your understanding)',
      'while|hoping|(i thought|i was hoping|i hope|i still)',
      "(i'll see|i will see) (what|if)",
      '(is there|are there) (perhaps|maybe|really|no|any|another|a)? (other|another|way|chance|someone|anyone|information|possibility)',
      '(someone|anyone|somebody) (else|above|higher)',
      '(in advance|if you could|would be|if you)',
      'not $',
      "(not|isn't|wasn't|doesn't|didn't|don't|won't|can't|cannot) (work|working|help|helping|helpful|right|correct|what|answer|true|solve|fix|perfect|great|good|enough)",
      'useless|worthless|terrible|awful|horrible|pathetic|ridiculous|garbage|rubbish|crap|joke|lol|sarcasm|wrong|incorrect|worse|disappointed|frustrated|frustrating|annoying|hopeless',
      '🙄|😒|😑|😡|😠|🤬|👎|🤦|😤|😞|🤡|🙃',
      'translate|translation|pronounce',
    ],
  },
  rephrases: {
    say: [
      "(let me|i will|i'll|let me try to|allow me to) (rephrase|reword|reformulate|clarify my question|ask again|ask that again|ask it again|ask differently|ask it differently|ask this differently|ask you again|put it differently|put it another way|put this differently|put that another way|try again to explain|explain again|repeat my question|repeat myself|repeat the question)",
      '(to rephrase|rephrasing|rephrased|to put it differently|put differently|to repeat|asking again|i ask again|i am asking again|once again|i repeat) $',
      "(i'm|i am) asking (you)? again",
      'i already (told|said|asked|answered|explained|gave) (you|that|this|it)',
      'i just (told|asked) you',
      'as i (already)? (said|told you|mentioned|explained) (before|already|above|earlier) ',
      'what i (meant|mean) (to say|to ask|was|is)',
      'what i (am|was) (really|actually)? asking (is|was|for)',
      'my question was ..',
    ],
    unless: ['(translate|translation|rephrase this|rephrase the|rephrase my)'],
  },
  affirms: [
    'yes|yeah|yep|yup|sure|correct|exactly|confirmed|i confirm|go ahead|please proceed|please go ahead|proceed|sounds good|that works|looks good|everything looks',
  ],
  invitesRepeat: [
    'other|others|else|alternative|alternatives|alternate|different|elsewhere',
    '^(no|nope)',
    'another|continue|retry|refresh|regenerate|random|joke|jokes|poem|story|riddle|quote|roll|flip|shuffle|surprise|update|updates|status|progress|news|yet|ready|finished|weather|latest|currently|score|rerun|ping|reload',
    '(what time is it|one more|some more|the next)',
    '^(tell|give|write|generate|create|make|draw|suggest|recommend|pick|brainstorm|name|compose|invent|imagine) (me|us)? (a|an|some|one|two|three|five|ten|me|random)',
  ],
  fillers: [
    'please pls plz hi hello hey ok okay well so just really again kindly thanks thank uh um oh no yes yeah dear',
    'sorry anyway',
  ],
  functionWords: [
    'a an the this that these those it its thats i im ive id ill me my mine myself you your yours we us our he him',
    'his she her they them their there is are am was were be been being do does did have has had having can could',
    'would will shall should may might must to of in at by for with about as into and or if then than what whats',
    'which how some any all also too very get got want wanted need needed like know tell give help let one possible',
    'way question here when because',
  ],
}
