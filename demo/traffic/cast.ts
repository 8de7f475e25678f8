/**
 * The services that play: each is one agent with a function, steps, models and tools. Made from word lists, so that three or fifty of them look like
 * the agents of one company. All of it is invented.
 */
import { embeddingModel, type Model, type Offer, offers } from './models.ts'
import { Random } from '../random.ts'

export interface Tool {
  readonly name: string
  readonly medianMs: number
}

/** `ask` is one model call, `act` calls tools until it has an answer, `retrieve` embeds the question and looks documents up. */
export interface Step {
  readonly name: string
  readonly does: 'ask' | 'act' | 'retrieve'
  readonly model: Model
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface Service {
  readonly name: string
  readonly agent: string
  readonly steps: readonly Step[]
  readonly tools: readonly Tool[]
  /** A second agent that does the work of the acting step. */
  readonly helper: string | null
  /** Spans of a web framework around the agent. */
  readonly route: string | null
  /** Where the name of a step stands: in a span of its own, as graph frameworks do, or as the prompt's name on the call. */
  readonly namesSteps: 'workflow' | 'prompt'
  /** Takes over when the provider of a step fails. */
  readonly fallback: Model
  /** Share of the traffic, relative to the others. */
  readonly weight: number
}

type Outline = readonly (readonly [
  name: string,
  does: Step['does'],
  size: keyof Offer,
  inputTokens: number,
  outputTokens: number,
])[]

interface Group {
  readonly functions: readonly string[]
  readonly outline: Outline
  readonly tools: readonly (readonly [name: string, medianMs: number])[]
  readonly helper: string | null
}

const groups: readonly Group[] = [
  {
    functions: [
      'support',
      'refunds',
      'billing',
      'returns',
      'order-status',
      'complaints',
      'warranty',
      'subscriptions',
      'delivery',
      'loyalty',
      'accounts',
      'bookings',
      'cancellations',
    ],
    outline: [
      ['classify', 'ask', 'small', 700, 25],
      ['resolve', 'act', 'strong', 3_200, 240],
    ],
    tools: [
      ['find_customer', 90],
      ['find_order', 140],
      ['check_policy', 220],
      ['refund_order', 480],
      ['update_ticket', 160],
      ['send_reply', 310],
    ],
    helper: null,
  },
  {
    functions: [
      'search',
      'docs',
      'research',
      'policy',
      'knowledge',
      'faq',
      'catalog',
      'release-notes',
      'market-watch',
      'standards',
      'patents',
      'glossary',
      'handbook',
    ],
    outline: [
      ['rewrite_query', 'ask', 'small', 450, 40],
      ['retrieve', 'retrieve', 'small', 60, 0],
      ['read', 'act', 'small', 5_200, 160],
      ['write_answer', 'ask', 'strong', 6_800, 420],
    ],
    tools: [
      ['search_index', 180],
      ['fetch_page', 850],
      ['read_document', 420],
      ['list_sources', 60],
    ],
    helper: 'reader',
  },
  {
    functions: [
      'onboarding',
      'invoices',
      'claims',
      'expenses',
      'contracts',
      'applications',
      'receipts',
      'tenders',
      'permits',
      'payroll',
      'timesheets',
      'customs',
      'surveys',
    ],
    outline: [
      ['extract', 'ask', 'strong', 4_100, 520],
      ['look_up', 'act', 'small', 1_900, 130],
      ['validate', 'ask', 'small', 1_600, 90],
    ],
    tools: [
      ['read_form', 260],
      ['check_registry', 640],
      ['create_record', 190],
      ['match_supplier', 330],
      ['convert_currency', 40],
    ],
    helper: null,
  },
  {
    functions: [
      'incidents',
      'code-review',
      'scheduling',
      'deployments',
      'inventory',
      'campaigns',
      'quotes',
      'leads',
      'recruiting',
      'procurement',
      'forecasting',
      'moderation',
      'travel',
    ],
    outline: [
      ['plan', 'ask', 'strong', 2_600, 380],
      ['carry_out', 'act', 'strong', 4_400, 210],
      ['summarise', 'ask', 'small', 2_200, 180],
    ],
    tools: [
      ['query_database', 210],
      ['run_check', 1_300],
      ['open_task', 240],
      ['read_calendar', 130],
      ['notify_channel', 150],
      ['read_log', 520],
    ],
    helper: 'executor',
  },
]

/** When the functions are used up the next services are those of other regions. */
const regions: readonly string[] = ['', '-eu', '-us', '-apac']

/** As many service names as the processor has places for in one label. */
export const MAX_SERVICES = 200

export function castServices(count: number, seed: number): readonly Service[] {
  return Array.from({ length: count }, (_, index) => service(index, seed))
}

function service(index: number, seed: number): Service {
  const group = at(groups, index)
  const ofGroup = Math.floor(index / groups.length)
  const agent = at(group.functions, ofGroup) + at(regions, Math.floor(ofGroup / group.functions.length))
  const random = new Random(seed).fork(`service ${agent}`)
  const offer = at(offers, index)
  return {
    name: `${agent}-agent`,
    agent,
    steps: group.outline.map(([name, does, size, inputTokens, outputTokens]) => ({
      name,
      does,
      model: does === 'retrieve' ? embeddingModel : offer[size],
      inputTokens: Math.round(random.skewed(inputTokens, 0.3)),
      outputTokens: Math.round(random.skewed(outputTokens, 0.3)),
    })),
    tools: group.tools.map(([name, medianMs]) => ({ name, medianMs })),
    helper: index % 3 === 1 ? group.helper : null,
    route: index % 3 === 0 ? '/v1/chat' : null,
    namesSteps: index % 4 === 2 ? 'prompt' : 'workflow',
    fallback: at(offers, index + 1).strong,
    weight: 1 / (index + 1) ** 0.7,
  }
}

/** Goes round and round. */
function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('expected a list that is not empty')
  return item
}
