/** The agent goes in circles: it says itself that it reached a limit of steps or depth, or the shape of the run shows it (see ../loops.ts). */
import { findLoops } from '../loops.ts'
import { type ErrorDetector, type RunDetector, states } from './detector.ts'

const phrases = [
  'graphrecursionerror',
  'graph_recursion_limit',
  'recursion limit',
  'recursionerror',
  'maximum recursion depth',
  'maximum call stack size exceeded',
  'maxstepserror',
  'maxturnsexceeded',
  'maxiterations',
  'agent stopped due to iteration limit',
  // Pydantic AI
  'exceed the request_limit',
  'exceed the tool_calls_limit',
  // Google ADK
  'llmcallslimitexceeded',
  // LangChain's middleware
  'toolcalllimitexceeded',
  'modelcalllimitexceeded',
  'error_max_turns',
  // LangChain4j
  'sequential tool executions',
  'sequential tool invocations',
]

/** For instance "agent stopped after 6 steps without an answer". */
const stoppedAfterSteps = /(?:stopped|gave up|giving up) after \d{1,6} (?:steps|turns|iterations|rounds|model calls|tool calls)/

const unit =
  '(?:steps?|turns?|iterations?|rounds?|recursions?|recursion depth|(?:tool|llm|model|function)[ _]calls?(?: iterations?)?)'

/** For instance "Exceeded maximum tool call iterations (5)", "Max number of llm calls limit of 500 exceeded", "Reached max steps." */
const limitReached = [
  new RegExp(`\\b(?:exceed(?:ed|ing)?|reached|hit) (?:the )?max(?:imum)?[ _](?:number of |allowed )?${unit}\\b`),
  new RegExp(
    `\\bmax(?:imum)?[ _](?:number of |allowed )?${unit}(?: limit)?(?: of)? (?:\\W?\\d{1,7}\\W? )?(?:was |were |has been |have been )?(?:exceeded|reached)\\b`,
  ),
  new RegExp(`\\b(?:exceed(?:ed|ing)?|reached|hit) (?:the )?(?:step|turn|iteration|recursion|tool[ _]calls?)[ _]limit\\b`),
  /\btoo many (?:steps|turns|iterations|rounds|model calls|tool calls)\b/,
]

/** CrewAI stops an agent that repeats itself. */
const sameArguments = /with the same arguments \d{1,6} times/

export const recursionLimit: ErrorDetector = {
  kind: 'recursion_loop',
  matches: (error) =>
    states(error, phrases) ||
    stoppedAfterSteps.test(error.message) ||
    sameArguments.test(error.message) ||
    limitReached.some((limit) => limit.test(error.message)),
}

export const recursionLoop: RunDetector = { kind: 'recursion_loop', find: findLoops }
