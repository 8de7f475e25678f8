/** Portuguese. */
import type { Language } from '../language.ts'

const person =
  '(um|uma|o|a|algum|alguma|outro|outra|seu)? (verdadeiro|verdadeira|real)? (humano|ser humano|pessoa|pessoa real|pessoa de verdade|atendente|atendente humano|agente|agente humano|operador|operadora|representante|supervisor|supervisora|gerente|alguém|consultor|responsável)'

export const portuguese: Language = {
  code: 'pt',
  openers: [
    'ok|okay|bom|bem|ótimo|otimo|perfeito|excelente|legal|ah|oh|sim|olá|oi|e|então|entendi|beleza|maravilha|show|certo|massa|fantástico|muito|incrível|fixe|boa|muitíssimo',
    '(muito bem|tudo bem|tá bom|está bem|deu certo|funcionou|muito bom|que bom)',
  ],
  noes: [
    'não|nao|desculpe|desculpa|mas|hum|espera|espere|olha|na|verdade',
    '(eu acho que|acho que|por favor|na verdade|me desculpe)',
  ],
  contradicts: {
    say: [
      '(isso|isto|essa resposta|a resposta|esta resposta) (ainda|continua|continua a ser)? (está|é|tá) (ainda|totalmente|completamente|simplesmente|tudo)? (errado|errada|incorreto|incorreta|mal|falso) $',
      '(está|tá|continua) (errado|errada|incorreto) $',
      '(isso|isto)? não (é|foi|era) (isso)? (o)? que (eu)? (pedi|perguntei|queria|quis dizer|disse|quero|preciso|estou perguntando|procuro)',
      '(isso|isto) não (está|é) (certo|correto|verdade|isso|assim) $',
      '^não ,? (isso está errado|isso não|não é isso|não foi isso|eu quis dizer|quis dizer|eu disse|eu perguntei|eu pedi|eu me referia|está errado|eu queria dizer)',
      'não (é|era|foi) (bem)? isso $',
      '(você|voce|tu|vc) (está|tá|estás) (errado|errada|enganado|enganada|equivocado) $',
      '(você|voce|vc|tu) (entendeu|entendeste|me entendeu|leu) (errado|mal|tudo errado)',
      '(você|voce|vc) não (entendeu|respondeu|está entendendo) (a minha|minha|a)? (pergunta|nada|o que eu)? ',
      '(isso|isto) não responde (à|a)? (minha)? pergunta',
      '^(errado|incorreto|falso) $',
      '^resposta (errada|incorreta)',
      '^(eu)? (disse|quis dizer) .. ,? não',
      '(deve|tem que) (haver|ter|ser) (algum|um) (engano|erro|equívoco|mal entendido) $',
      '(houve|há) (um|algum) (engano|mal entendido|equívoco) $',
    ],
    unless: ['traduza|traduz|traduzir|tradução', '(me diga|diga me|me avise|me corrija|corrija me) se', '(como se diz)'],
  },
  asksForHuman: {
    say: [
      `(quero|eu quero|gostaria de|eu gostaria de|preciso|preciso de|posso|poderia|queria|eu queria|prefiro|desejo|como posso|como faço para|dá para|dá pra|tem como|exijo) (por favor|só)? (falar|conversar|ser atendido por|ser atendida por|ser transferido para|entrar em contato) (com|diretamente com)? ${person}`,
      `(você|pode|poderia|pode por favor|poderia por favor|você pode)? me (transfira|transferir|passe|passar|conecte|conectar|encaminhe|encaminhar|transfere|coloque em contato|passa) (por favor)? (para|pra|com|a) ${person}`,
      '(tem|há|existe) (alguém|algum humano|alguma pessoa|algum atendente) (com quem|que) (eu)? (possa|posso) falar',
      '^(um|uma|com um)? (atendente|humano|atendente humano|pessoa real|falar com atendente|falar com humano|falar com um humano|falar com um atendente) (por favor)? $',
    ],
    unless: [
      'não (quero|preciso|desejo|gostaria) (de)? (falar|ser|conversar|que)',
      'sem (falar|ter que falar)',
      'não (me)? (transfira|transfere)',
      'escreva|redija|traduza|traduzir|email',
    ],
  },
  thanks: {
    say: [
      '(muito|muitíssimo|super)? (obrigado|obrigada|brigado|brigada|obg|valeu|vlw|grato|grata|agradecido|agradecida)',
      '(eu)? agradeço',
      '(é|era) (exatamente|justamente)? (o que eu precisava|o que eu procurava|o que eu queria) $',
    ],
    unless: [
      'mas|porém|entretanto|contudo|infelizmente|embora|todavia',
      'não ,? (obrigado|obrigada|muito obrigado|valeu)',
      '(obrigado|obrigada|valeu) (por nada|mesmo assim|pela paciência|pela compreensão|por me fazer perder)',
      '(desde já|antecipadamente|de antemão)',
      'não (é|funciona|funcionou|ajudou|ajuda|está|era|serve|deu)',
      'inútil|pior|péssimo|decepcionado|decepcionada|ironia|lixo|errado',
    ],
  },
  rephrases: {
    say: [
      '(deixa|deixe|vou|deixe me|me deixa) (eu)? (reformular|reformular a pergunta|repetir|explicar de novo|perguntar de outra forma|perguntar de novo|dizer de outra forma)',
      '(reformulando|repetindo|vou repetir|perguntando de novo|pergunto novamente|repito) $',
      '(eu)? já (te|lhe|o)? (disse|falei|perguntei|expliquei|informei|respondi)',
      'como (eu)? já (te|lhe)? (disse|falei|mencionei|expliquei)',
      'o que (eu)? (quis|queria|quero) (dizer|perguntar|saber)',
      'minha pergunta (era|foi) ..',
    ],
    unless: ['traduza|traduzir', '(reformule este|reformule o|reformule a)'],
  },
  affirms: ['sim|certo|correto|exato|confirmo|isso|pode|beleza'],
  invitesRepeat: [
    'outros|outras|diferente|diferentes|alternativa|alternativas|mais alguma',
    '^não',
    'outro|outra|próximo|próxima|continue|continua|piada|piadas|poema|aleatório|atualiza|status|novidade|novidades|clima|último|última',
    '(que horas)',
    '^(conte|conta|dê|escreva|gere|crie|desenhe|sugira|recomende|me conte|me dê|diga) (me)? (um|uma|uns|umas|dois|três|cinco)',
  ],
  fillers: ['olá oi por favor ok bom dia boa tarde então obrigado obrigada sim aí né só gentileza'],
  functionWords: [
    'o a os as um uma uns umas de do da dos das ao à eu me mim meu minha meus minhas tu te teu tua você vocês vc',
    'seu sua seus suas lhe se nos nosso nossa ele ela eles elas é são sou era está estão estou estava ser estar tem',
    'tenho há ter posso pode poderia quero queria gostaria preciso devo e ou que qual quais como em no na nas com',
    'para pra pro sobre este esta isto esse essa isso muito também saber dizer ajudar ajuda fazer faço',
  ],
}
