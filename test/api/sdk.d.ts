// sdk/agent.d.ts
/** Spans around what an application calls its agents and steps. */
import type { Span } from '@opentelemetry/api';
/**
 * One turn of an agent: an `invoke_agent` span around `fn`, and the agent's name on every span inside. `fn` may be sync, async or return an
 * async generator (the span then lasts until it has been read); its value or exception passes through.
 *
 * @param name - The agent's name, one of few: a user or conversation belongs into `withContext`.
 * @param fn - Gets the span, for attributes of your own.
 *
 * @example
 * const answer = await agent('support', async () => { ... })
 */
export declare function agent<T>(name: string, fn: (span: Span) => T): T;
/**
 * A named part of an agent's work, such as "classify" or "answer": an `invoke_workflow` span around `fn`. Costs, failures and models are
 * shown by the nearest step.
 *
 * @param name - The step's name, one of few.
 * @param fn - Gets the span, for attributes of your own.
 */
export declare function step<T>(name: string, fn: (span: Span) => T): T;

// sdk/context-fields.d.ts
/** What an application can say about the request being served. */
/** What to stamp. Absent, null and empty fields are inherited from the context outside. */
export interface ContextFields {
    /** Joins the runs of one dialogue, for instance your chat's or session's id. */
    readonly conversationId?: string | null | undefined;
    /** Who is served: an id, not a name or an address. */
    readonly userId?: string | null | undefined;
    /** Your chat's id of the message that is answered, or of the answer: feedback that names it finds the run. */
    readonly messageId?: string | null | undefined;
    /** The agent that answers. Inside of `agent()` the name given there. */
    readonly agent?: string | null | undefined;
    /** Version of the agent, where it is not the one of the whole service (`release` of `start`). */
    readonly release?: string | null | undefined;
    /** The prompt template in use; the processor groups steps by it. */
    readonly promptName?: string | null | undefined;
    readonly promptVersion?: string | null | undefined;
}

// sdk/context.d.ts
import type { ContextFields } from './context-fields.ts';
/**
 * Runs `fn`; every span that starts inside carries `fields`, also across awaits, timers, streams and `Promise.all`. Contexts nest: what an
 * inner one sets wins, the rest is inherited. The value or exception of `fn` passes through. An async generator that `fn` returns
 * runs in this context too.
 *
 * @example
 * await withContext({ conversationId: chat.id, userId: user.id }, () => answer(chat))
 */
export declare function withContext<T>(fields: ContextFields, fn: () => T): T;
/** Trace id of the run being served, for instance to hand it to the page that will send feedback; null outside of a span. */
export declare function currentTraceId(): string | null;

// sdk/feedback-link.d.ts
import type { FeedbackTarget } from './feedback-types.ts';
/** Who is asked about what. */
export interface LinkSubject {
    /**
     * What is judged: one key is enough.
     *
     * @default the run being served, else the conversation of the context
     */
    readonly target?: FeedbackTarget | undefined;
    /**
     * What is asked, where there are several questions about one answer.
     *
     * @default 'user_rating'
     */
    readonly name?: string | undefined;
    /**
     * Who is asked: one answer of each user counts. Without it, one of all who have the link.
     *
     * @default the user of the context
     */
    readonly userId?: string | undefined;
    /**
     * Who asks, shown on the page that the link opens, for instance "Shop support".
     *
     * @default nobody is named
     */
    readonly from?: string | undefined;
    /**
     * How long it may be answered.
     *
     * @default 30 days, as long as the processor joins feedback to a run
     */
    readonly expiresInMs?: number | undefined;
}
export interface TokenOptions {
    /**
     * The processor's FLYWHEEL_FEEDBACK_SECRET, at least 32 characters.
     *
     * @default `feedbackSecret` of `start`, else FLYWHEEL_FEEDBACK_SECRET
     */
    readonly secret?: string | undefined;
}
export interface LinkOptions extends TokenOptions {
    /**
     * Base address under which the browsers of your users reach the processor.
     *
     * @default `publicUrl` of `start`, else FLYWHEEL_PUBLIC_URL, else the address that `sendFeedback` talks to
     */
    readonly url?: string | undefined;
}
/**
 * A token for `<flywheel-feedback token="...">`: it lets its holder say what they think of one answer, and nothing else. Never throws: null where there is no
 * secret or nothing to judge, and then the widget is not shown; OpenTelemetry's diagnostics say why.
 *
 * @example
 * response.json({ text: answer, feedbackToken: feedbackToken() })
 */
export declare function feedbackToken(subject?: LinkSubject, options?: TokenOptions): string | null;
/**
 * A link to a page that asks, for mails and messages. Opening it changes nothing; `?rating=negative` behind it marks that thumb. Never throws: null as for
 * `feedbackToken`.
 *
 * @example
 * const link = feedbackLink({ target: { conversationId: chat.id }, from: 'Shop support' })
 */
export declare function feedbackLink(subject?: LinkSubject, options?: LinkOptions): string | null;

// sdk/feedback-types.d.ts
/** What sending, withdrawing and linking have in common. */
export interface FeedbackTarget {
    readonly traceId?: string | undefined;
    readonly spanId?: string | undefined;
    readonly conversationId?: string | undefined;
    /** The provider's id of the model's answer. */
    readonly responseId?: string | undefined;
    readonly messageId?: string | undefined;
}
export interface FeedbackOptions {
    /**
     * Base address of the processor.
     *
     * @default `feedbackUrl` or `url` of `start`, else OTEL_EXPORTER_OTLP_ENDPOINT, else 'http://127.0.0.1:4318'
     */
    readonly url?: string | undefined;
    /** @default `token` of `start` */
    readonly token?: string | undefined;
    /**
     * For everything, tries included.
     *
     * @default 5000
     */
    readonly timeoutMs?: number | undefined;
}
/** Why the processor has not done what was asked. */
export interface FeedbackRefusal {
    readonly ok: false;
    readonly id: string;
    /**
     * `invalid`: something in it is wrong, `detail` says what. `unauthorized`: the token. `unsupported`: what answers there takes no feedback.
     * `unavailable`: nobody answered in time; the same call with this `id` may be made again.
     */
    readonly reason: 'invalid' | 'unauthorized' | 'unsupported' | 'unavailable';
    readonly detail: string;
}

// sdk/feedback.d.ts
import type { FeedbackOptions, FeedbackRefusal, FeedbackTarget } from './feedback-types.ts';
export interface Feedback {
    /**
     * What is judged: one key is enough.
     *
     * @default the run being served, else the conversation of the context
     */
    readonly target?: FeedbackTarget | undefined;
    /** Thumbs, in the words of the processor. */
    readonly rating?: 'positive' | 'neutral' | 'negative' | undefined;
    /** A number on a scale of yours, for instance 4 of 5 stars. */
    readonly score?: number | undefined;
    /** A word of yours, for instance "wrong order". */
    readonly label?: string | undefined;
    /** What the user wrote. */
    readonly comment?: string | undefined;
    /** What the answer should have been. */
    readonly correction?: string | undefined;
    /**
     * What was asked, where there are several questions.
     *
     * @default 'user_rating', set by the processor
     */
    readonly name?: string | undefined;
    /**
     * Makes the feedback replaceable: the same id with another value takes the place of the first, for instance when a thumb is turned.
     *
     * @default a new id
     */
    readonly id?: string | undefined;
    /** @default the user of the context */
    readonly userId?: string | undefined;
    /** @default now, set by the processor */
    readonly at?: Date | string | undefined;
}
export type FeedbackResult = 
/** Taken: `isNew` is false for an id that the processor knew. */
{
    readonly ok: true;
    readonly id: string;
    readonly isNew: boolean;
} | FeedbackRefusal;
export type WithdrawResult = {
    readonly ok: true;
    readonly id: string;
} | FeedbackRefusal
/** The processor has no feedback with this id. */
 | {
    readonly ok: false;
    readonly id: string;
    readonly reason: 'unknown';
    readonly detail: string;
};
/**
 * Sends feedback. Never rejects. It is tried again when the processor is away for a moment, always with the same id, so that it counts once.
 *
 * @example
 * await sendFeedback({ target: { traceId }, rating: 'negative', comment: 'That is not my order.' })
 */
export declare function sendFeedback(feedback: Feedback, options?: FeedbackOptions): Promise<FeedbackResult>;
/**
 * Takes back what was sent with this id: it counts no longer, and its words are deleted. Never rejects.
 *
 * @example
 * await withdrawFeedback(result.id)
 */
export declare function withdrawFeedback(id: string, options?: FeedbackOptions): Promise<WithdrawResult>;

// sdk/flush.d.ts
/**
 * Delivers everything that has ended so far. Never rejects. Resolves with whether it arrived; what did not stays queued. An
 * OpenTelemetry set-up that is not of `start` is flushed as a whole.
 *
 * @param timeoutMs - Default 5000.
 */
export declare function flush(timeoutMs?: number): Promise<boolean>;
/**
 * Wraps a serverless handler: when its work is done, what it ended is delivered before the answer is given and the platform freezes the
 * process. The answer waits for that two seconds at most, half a second where the last try failed, and not at all where connections are refused. For handlers that return a promise; one that
 * streams its answer calls `flush` at the end itself.
 *
 * @example
 * export const handler = flushAfter(async (event) => { ... })
 */
export declare function flushAfter<A extends unknown[], R>(handler: (...args: A) => R): (...args: A) => Promise<Awaited<R>>;

// sdk/index.d.ts
/** The public surface of `agent-flywheel/sdk`: everything an agent's author imports is listed here. */
export { agent, step } from './agent.ts';
export { currentTraceId, withContext } from './context.ts';
export type { ContextFields } from './context-fields.ts';
export { type Feedback, type FeedbackResult, sendFeedback, type WithdrawResult, withdrawFeedback } from './feedback.ts';
export { feedbackLink, feedbackToken, type LinkOptions, type LinkSubject, type TokenOptions } from './feedback-link.ts';
export type { FeedbackOptions, FeedbackRefusal, FeedbackTarget } from './feedback-types.ts';
export { flush, flushAfter } from './flush.ts';
export { parse, type ParseAttempt, type ParseFormat } from './parse.ts';
export { FlywheelSpanProcessor, type FlywheelSpanProcessorOptions } from './processor.ts';
export { retrieval, type Retrieval } from './retrieval.ts';
export { type Flywheel, start, type StartOptions } from './start.ts';
export { tool, type ToolCall } from './tool.ts';

// sdk/parse.d.ts
declare const formats: readonly ['json', 'fenced_json', 'xml', 'yaml', 'tool_call', 'text'];
/** Syntax that the answer was asked for. */
export type ParseFormat = (typeof formats)[number];
export interface ParseAttempt {
    /** Says that the answer was usable only after a fix, for instance a stripped code fence or a closed bracket. */
    repaired(): void;
}
/**
 * One attempt to parse a model's answer. What `fn` returns is the parsed value: outcome `ok`, or `repaired` if `fn` said so. An exception is
 * outcome `failed`, and is thrown on.
 *
 * @example
 * const intent = parse({ format: 'json' }, () => Intent.parse(JSON.parse(answer)))
 *
 * @example
 * const order = parse({ format: 'json' }, (attempt) => {
 *   try { return JSON.parse(answer) } catch {}
 *   attempt.repaired()
 *   return JSON.parse(withoutFence(answer))
 * })
 */
export declare function parse<T>(options: {
    readonly format: ParseFormat;
}, fn: (attempt: ParseAttempt) => T): T;
export {};

// sdk/processor.d.ts
/**
 * The part that meets every span: stamps it with what the context knows when it starts and, where asked to, sends a copy to the flywheel when it
 * ends. It is what `start` registers, and what an existing OpenTelemetry set-up adds to its own processors.
 */
import { type Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
export interface FlywheelSpanProcessorOptions {
    /**
     * Whether spans are also sent to the flywheel, beside what the set-up does with them. Leave it off where they reach it anyway, for instance
     * through a Collector.
     *
     * @default true if `url` is given, else false
     */
    readonly export?: boolean | undefined;
    /**
     * Address of the processor.
     *
     * @default OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT, 'http://127.0.0.1:4318'
     */
    readonly url?: string | undefined;
    /**
     * Sent as bearer token: the processor's FLYWHEEL_INGEST_TOKEN.
     *
     * @default none
     */
    readonly token?: string | undefined;
    /**
     * Whether the helpers record tool arguments, tool results and retrieval queries; without it hashes stand for them.
     *
     * @default OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, else false
     */
    readonly captureContent?: boolean | undefined;
    /**
     * Never write the line on stderr that says that spans cannot be delivered.
     *
     * @default false, true if OTEL_LOG_LEVEL is "none"
     */
    readonly quiet?: boolean | undefined;
}
/**
 * Stamps the fields of `withContext` on every span; with `export` or `url` it also sends the spans to the flywheel.
 *
 * @example
 * new NodeSDK({ spanProcessors: [new BatchSpanProcessor(yourExporter), new FlywheelSpanProcessor({ export: true })] })
 */
export declare class FlywheelSpanProcessor implements SpanProcessor {
    #private;
    constructor(options?: FlywheelSpanProcessorOptions);
    onStart(span: Span, parentContext: Context): void;
    onEnd(span: ReadableSpan): void;
    /** Delivers what has ended so far; resolves also when it could not. */
    forceFlush(): Promise<void>;
    shutdown(): Promise<void>;
}

// sdk/retrieval.d.ts
/** A span around looking something up for the model: a vector search, a search engine, a database. */
import { type Span } from '@opentelemetry/api';
export interface Retrieval {
    /** Where is looked: an index, a collection, a site. One of few. */
    readonly source: string;
    /** What is looked for. Sent only where content is captured. */
    readonly query?: unknown;
}
/**
 * One look-up: a `retrieval` span around `fn`. Where the result is an array, its length is recorded: a search that finds nothing is a
 * frequent reason for a bad answer. Result and exception pass through.
 *
 * @example
 * const articles = await retrieval({ source: 'help-center', query }, () => index.search(query))
 */
export declare function retrieval<T>(lookup: Retrieval, fn: (span: Span) => T): T;

// sdk/start.d.ts
import { type NodeSDKConfiguration } from '@opentelemetry/sdk-node';
export interface StartOptions {
    /**
     * Name of the application or service.
     *
     * @default OTEL_SERVICE_NAME or service.name of OTEL_RESOURCE_ATTRIBUTES, else "unknown_service:node"
     */
    readonly service?: string | undefined;
    /**
     * Version of the application: the processor compares releases by it.
     *
     * @default service.version of OTEL_RESOURCE_ATTRIBUTES, else none
     */
    readonly release?: string | undefined;
    /**
     * For instance "production" or "staging".
     *
     * @default deployment.environment.name of OTEL_RESOURCE_ATTRIBUTES, else none
     */
    readonly environment?: string | undefined;
    /**
     * Base address of the processor, or of a Collector in front of it.
     *
     * @default OTEL_EXPORTER_OTLP_ENDPOINT, else 'http://127.0.0.1:4318'
     */
    readonly url?: string | undefined;
    /**
     * Sent as bearer token: the processor's FLYWHEEL_INGEST_TOKEN.
     *
     * @default none; OTEL_EXPORTER_OTLP_HEADERS are sent where `url` is not given
     */
    readonly token?: string | undefined;
    /**
     * Base address that `sendFeedback` talks to, where spans go through a Collector.
     *
     * @default the address that spans go to
     */
    readonly feedbackUrl?: string | undefined;
    /**
     * Signs what `feedbackToken` and `feedbackLink` make: the processor's FLYWHEEL_FEEDBACK_SECRET.
     *
     * @default FLYWHEEL_FEEDBACK_SECRET, else none
     */
    readonly feedbackSecret?: string | undefined;
    /**
     * Base address under which the browsers of your users reach the processor, for `feedbackLink`.
     *
     * @default FLYWHEEL_PUBLIC_URL, else the address that `sendFeedback` talks to
     */
    readonly publicUrl?: string | undefined;
    /**
     * OpenTelemetry instrumentations to switch on, for instance `[new OpenAIInstrumentation()]`.
     *
     * @default []
     */
    readonly instrumentations?: NodeSDKConfiguration['instrumentations'] | undefined;
    /**
     * Whether the helpers record tool arguments, tool results and retrieval queries; without it hashes stand for them. Instrumentations
     * have their own switch, usually the same variable.
     *
     * @default OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, else false
     */
    readonly captureContent?: boolean | undefined;
    /**
     * Whether what is left is delivered when the process ends: before a normal end, within `process.exit`, after an uncaught exception, and at SIGTERM
     * and SIGINT. How the process ends does not change.
     *
     * @default true
     */
    readonly flushOnExit?: boolean | undefined;
    /**
     * Never write the line on stderr that says that spans cannot be delivered, or that another set-up was there first.
     *
     * @default false, true if OTEL_LOG_LEVEL is "none"
     */
    readonly quiet?: boolean | undefined;
}
/** What `start` began. */
export interface Flywheel {
    /** Delivers everything that has ended so far; resolves with whether it arrived, never rejects. `timeoutMs` defaults to 5000. */
    flush(timeoutMs?: number): Promise<boolean>;
    /** Delivers what is left and stops. Never rejects. */
    shutdown(): Promise<void>;
}
/**
 * Starts tracing. Call it once, as the first thing the program does: instrumentations patch libraries that are loaded later. Never throws; where
 * OpenTelemetry is already set up it changes nothing and says what to do.
 *
 * @example
 * import { start } from 'agent-flywheel/sdk'
 * start({ service: 'support', release: '1.4.2' })
 */
export declare function start(options?: StartOptions): Flywheel;

// sdk/tool.d.ts
/** A span around a tool call, with what a loop detector needs: the arguments and the result, or hashes of them. */
import type { Span } from '@opentelemetry/api';
export interface ToolCall {
    /** The tool's name as the model calls it. */
    readonly name: string;
    /** The id that the model gave the call. */
    readonly callId?: string | null | undefined;
    /** What the model passed, parsed or as the string it came in. Sent only where content is captured, else a keyed hash of it. */
    readonly arguments?: unknown;
}
/**
 * One tool call: an `execute_tool` span around `fn`. Result and exception pass through; the result is recorded like the arguments.
 *
 * @example
 * const order = await tool({ name: 'lookup_order', callId: call.id, arguments: args }, () => shop.order(args.id))
 */
export declare function tool<T>(call: ToolCall, fn: (span: Span) => T): T;
