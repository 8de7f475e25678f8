/**
 * The questions that the flywheel answers, by the dashboard (or the alerts) they belong to, each with its query. docs/questions.md is generated from it;
 * the stack tests ask each of a real Prometheus. A question of a dashboard that is not built yet stands here so that the catalogue can answer it.
 */
import { targetsUp } from './collector.ts'
import * as cost from './cost.ts'
import * as failures from './failures.ts'
import * as models from './models.ts'
import * as openRuns from './open-runs.ts'
import * as pipeline from './pipeline.ts'
import type { Scope } from './promql.ts'
import * as releases from './releases.ts'
import * as runs from './runs.ts'
import * as tools from './tools.ts'
import * as users from './users.ts'

export interface Question {
  readonly asks: string
  readonly query: (scope: Scope) => string
  /** Why there may be no answer although all is well. */
  readonly emptyWhen?: string
}

const agent = ['service_name', 'environment', 'agent'] as const
const service = ['service_name', 'environment'] as const
const stepModel = ['step', 'model_family'] as const

const allMatched = 'all feedback has found its run'
const noTasks = 'reserved: nothing finds tasks yet'
const noParsing = 'no agent reports its parse attempts (`parse` of the SDK, or a span with `flywheel.parse.outcome`)'
const noBudgets = 'reserved: there are no budgets in flywheel.yaml yet'
const noWeekBefore = 'needs data of the same time a week before'
const allPriced = 'every call has a known price'

export const questions: Readonly<Record<string, readonly Question[]>> = {
  Overview: [
    { asks: 'How many runs?', query: (s) => runs.runs(s) },
    { asks: 'How many of 100 failed, by agent?', query: (s) => runs.failedPer100Runs(s, agent) },
    {
      asks: 'And only where there were at least 20 runs?',
      query: (s) => runs.failedPer100Runs(s, agent, 20),
      emptyWhen: 'no agent had 20 runs',
    },
    { asks: 'How many users were hurt in the last hour?', query: (s) => failures.usersHurt(s, []) },
    { asks: 'What does it cost?', query: (s) => cost.costUsd(s) },
    { asks: 'What do 1,000 runs cost, by agent?', query: (s) => cost.usdPer1000Runs(s, agent) },
    { asks: 'What do users say?', query: (s) => users.ratings(s) },
  ],
  Failures: [
    { asks: 'What fails, most frequent first?', query: (s) => `sort_desc(${failures.failures(s, ['kind', 'impact'])})` },
    { asks: 'At which step and with which model?', query: (s) => failures.failures(s, ['kind', 'agent', 'step', 'model']) },
    { asks: 'Which kinds make runs fail?', query: (s) => failures.fatalFailures(s, ['kind']) },
    { asks: 'Which kinds do runs get over?', query: (s) => failures.recoveredFailures(s, ['kind']) },
    { asks: 'Which kinds are new?', query: (s) => failures.newFailureKinds(s, '7d'), emptyWhen: 'no new kind of failure' },
    { asks: 'Whom does each kind hurt?', query: (s) => failures.usersHurtByKind(s) },
    { asks: 'Which kinds came with a release?', query: (s) => releases.releaseFailures(s) },
    { asks: 'How many loops in 100 runs?', query: (s) => failures.failuresOfKindPer100Runs(['recursion_loop'], s, agent) },
    { asks: 'What was spent for nothing, and why?', query: (s) => failures.wastedUsd(s, ['reason']) },
    { asks: 'How many tokens were for nothing?', query: (s) => failures.wastedTokens(s, ['reason']) },
  ],
  'Cost and tokens': [
    { asks: 'What does each agent, step and model cost?', query: (s) => cost.costUsd(s, ['agent', 'step', 'model']) },
    { asks: 'What does a dear run cost?', query: (s) => runs.runCost(0.95, s, agent) },
    { asks: 'How many tokens does a run take?', query: (s) => runs.tokensPerRun(s, agent) },
    { asks: 'Which tokens?', query: (s) => cost.tokens(s, ['type']) },
    { asks: 'How much of the input does a cache serve?', query: (s) => cost.cacheHitShare(s, ['model']) },
    {
      asks: 'How many calls have no known price, and why?',
      query: (s) => cost.unpricedCalls(s, ['model', 'reason']),
      emptyWhen: allPriced,
    },
    { asks: 'Which share of the calls is that?', query: (s) => cost.unpricedShare(s, ['model']) },
    {
      asks: 'How many times the cost of a week before?',
      query: (s) => cost.costAgainstWeekBefore(s, service),
      emptyWhen: noWeekBefore,
    },
    { asks: 'How much of the day’s budget is used?', query: (s) => cost.budgetUsed('day', s), emptyWhen: noBudgets },
  ],
  'Models by step': [
    { asks: 'How often is each model called at each step?', query: (s) => models.calls(s, stepModel) },
    { asks: 'How often does each model fail at each step?', query: (s) => models.failedPer100Calls(s, stepModel) },
    { asks: 'How often does anything go wrong with it?', query: (s) => models.failuresPer100Calls(s) },
    { asks: 'How long does it take?', query: (s) => models.callDuration(0.95, s, stepModel) },
    { asks: 'How long until the first token?', query: (s) => models.timeToFirstToken(0.95, s, ['model_family']) },
    { asks: 'What do 1,000 calls cost?', query: (s) => models.usdPer1000Calls(s, stepModel) },
    { asks: 'How many tokens does a call take?', query: (s) => models.tokensPerCall(s, stepModel) },
    { asks: 'How many calls does a run make?', query: (s) => runs.runLlmCalls(0.95, s, agent) },
    { asks: 'What do providers answer when they fail?', query: (s) => models.callErrors(s, ['provider', 'kind']) },
    {
      asks: 'Which model parses best?',
      query: (s) => tools.parseSuccessShare(s, ['step', 'model_family', 'format']),
      emptyWhen: noParsing,
    },
  ],
  'Parsing and tools': [
    { asks: 'Which formats parse?', query: (s) => tools.parseSuccessShare(s), emptyWhen: noParsing },
    { asks: 'How often is a repair needed?', query: (s) => tools.parseRepairShare(s), emptyWhen: noParsing },
    { asks: 'How many attempts of each format?', query: (s) => tools.parseAttempts(s), emptyWhen: noParsing },
    { asks: 'How often is each tool called?', query: (s) => tools.toolCalls(s) },
    { asks: 'Which tools fail?', query: (s) => tools.failedPer100ToolCalls(s) },
    { asks: 'Which tools do models misunderstand?', query: (s) => tools.misunderstoodPer100ToolCalls(s) },
    {
      asks: 'Which models misunderstand tools?',
      query: (s) => tools.misunderstandings(s),
      emptyWhen: 'no bad arguments and no unknown tool found',
    },
    { asks: 'Which tools are slow?', query: (s) => tools.toolDuration(0.95, s) },
  ],
  Users: [
    { asks: 'Which share of the ratings is negative?', query: (s) => users.negativeShare(s, agent) },
    { asks: 'And where do the ratings come from?', query: (s) => users.ratings(s, ['source', 'rating']) },
    { asks: 'How many of 100 are negative, by where they come from?', query: (s) => users.negativePer100Ratings(s, ['source']) },
    { asks: 'How many runs are rated at all?', query: (s) => users.ratingsPer100Runs(s) },
    { asks: 'What do models and programs say that judge runs?', query: (s) => users.evaluations(s) },
    {
      asks: 'How many of 100 of their verdicts are negative?',
      query: (s) => users.negativePer100Evaluations(s, [...agent, 'judge']),
    },
    { asks: 'How many conversations began?', query: (s) => users.conversations(s, agent) },
    { asks: 'How often do users have to ask?', query: (s) => users.runsPerConversation(s, agent) },
    { asks: 'What do users come for?', query: (s) => users.taskRuns(s), emptyWhen: noTasks },
    { asks: 'Which tasks fail?', query: (s) => users.failedPer100TaskRuns(s), emptyWhen: noTasks },
    { asks: 'Which tasks annoy?', query: (s) => users.taskNegativeShare(s), emptyWhen: noTasks },
    { asks: 'Which tasks are dear?', query: (s) => users.usdPer1000TaskRuns(s), emptyWhen: noTasks },
  ],
  'Pipeline health': [
    { asks: 'Does every part answer?', query: () => targetsUp() },
    { asks: 'How many spans come in?', query: (s) => pipeline.spansPerSecond(s) },
    { asks: 'How old are they when they come?', query: (s) => pipeline.ingestLag(0.95, s) },
    { asks: 'Which share is a backlog?', query: (s) => pipeline.backlogShare(s) },
    { asks: 'How many are copies?', query: (s) => pipeline.duplicateSpans(s), emptyWhen: 'nothing was sent twice' },
    { asks: 'How many came after their run was counted?', query: (s) => pipeline.lateSpans(s), emptyWhen: 'nothing came late' },
    {
      asks: 'What was counted and turned out otherwise?',
      query: (s) => pipeline.corrections(s),
      emptyWhen: 'nothing came late and nobody thought again',
    },
    { asks: 'What was rejected?', query: (s) => pipeline.rejectedItems(s), emptyWhen: 'nothing was invalid' },
    { asks: 'Which requests were answered how?', query: (s) => pipeline.requests(s) },
    { asks: 'How much feedback comes, and from where?', query: (s) => pipeline.feedbackReceived(s) },
    { asks: 'How much of it waits for its run?', query: (s) => pipeline.feedbackWaiting(s) },
    { asks: 'How much was given up?', query: (s) => pipeline.feedbackUnmatched(s), emptyWhen: allMatched },
    { asks: 'Is what was counted saved?', query: (s) => pipeline.checkpointAge(s) },
    { asks: 'How large is the log?', query: (s) => pipeline.logBytes(s) },
    { asks: 'How many entries does it hold?', query: (s) => pipeline.logEntries(s) },
    { asks: 'How many sample lines are exposed?', query: (s) => pipeline.series(s) },
    { asks: 'Which labels have too many values?', query: (s) => pipeline.seriesOverflow(s), emptyWhen: 'no label has' },
    { asks: 'Could anything not be counted?', query: (s) => pipeline.quarantinedEntries(s), emptyWhen: 'everything could' },
    { asks: 'Which versions run?', query: (s) => pipeline.versions(s) },
  ],
  Releases: [
    { asks: 'How many of 100 runs fail, by release?', query: (s) => releases.failedPer100ReleaseRuns(s) },
    { asks: 'How many runs has each had?', query: (s) => releases.releaseRuns(s) },
    { asks: 'When did each begin?', query: (s) => releases.firstRunMs(s) },
  ],
  Alerts: [
    {
      asks: 'Which failure is new with a release?',
      query: (s) => releases.newKindsOfRelease(s, '7d'),
      emptyWhen: 'no release brought a new kind',
    },
    { asks: 'Is money burning in runs that do not end?', query: (s) => openRuns.openCostUsd(s, service) },
    { asks: 'Are runs going in circles now?', query: (s) => openRuns.openLoops(s, service) },
    { asks: 'How many runs are open?', query: (s) => openRuns.openRuns(s, service) },
    { asks: 'Do runs take longer than a week before?', query: (s) => runs.runDuration(0.95, s, service) },
    { asks: 'Does a provider fail for everybody?', query: (s) => models.providerErrorShare(s) },
    { asks: 'Are users less happy?', query: (s) => users.negativeShare(s, service, 20) },
    { asks: 'Does feedback find its runs?', query: (s) => pipeline.feedbackWithoutRun(s) },
    { asks: 'Which model has no price?', query: (s) => cost.unpricedModels(s), emptyWhen: allPriced },
  ],
}
