/**
 * One invented key of each kind, in a sentence as people write it in chats. Keys are put together when this runs, from a prefix and characters that an
 * arithmetic sequence picks: none stands in a file where a scanner would take it for a live one.
 */

export interface SecretKind {
  readonly kind: string
  /** What must not be left. */
  readonly secret: string
  readonly text: string
}

const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = lower.toUpperCase()
const digits = '0123456789'
const hex = digits + 'abcdef'
const word = upper + lower + digits
const dashed = `${word}_-`
const base64 = `${word}+/`

let seed = 7

/** As many characters, the same in every run. */
function some(length: number, alphabet: string = word): string {
  let made = ''
  while (made.length < length) {
    seed = (seed * 48_271) % 2_147_483_647
    made += alphabet[seed % alphabet.length] ?? ''
  }
  return made
}

function uuid(): string {
  return [8, 4, 4, 4, 12].map((length) => some(length, hex)).join('-')
}

/** What is written with bars in it, so that nobody finds it. */
function whole(text: string): string {
  return text.replaceAll('|', '')
}

/** `{}` stands for the key. */
function kind(name: string, secret: string, sentence: string): SecretKind {
  return { kind: name, secret, text: sentence.replaceAll('{}', secret) }
}

const cloud = (): SecretKind[] => [
  kind('AWS access key id', 'AKIA' + some(16, upper + '234567'), 'my access key is {} but it says denied'),
  kind('AWS temporary access key id', 'ASIA' + some(16, upper + '234567'), 'session started with {} just now'),
  kind('AWS secret access key', some(40, base64), 'aws_secret_access_key = {}'),
  kind('AWS secret in a sentence', some(40, base64), 'here is the AWS secret: {} can you list my buckets?'),
  kind('Google API key', whole('AI|za') + some(35, dashed), 'maps does not load with {} any more'),
  kind('Google OAuth client secret', whole('GOC|SPX-') + some(28, dashed), 'the client secret {} does not work'),
  kind('Google OAuth access token', whole('ya|29.') + some(120, dashed), 'curl with {} returns 403'),
  kind(
    'Azure storage connection string',
    `${some(86, base64)}==`,
    'use DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={};EndpointSuffix=core.windows.net please',
  ),
  kind('Azure SAS signature', some(43, word) + '%3D', 'https://shop.blob.core.windows.net/a/b.csv?sv=2024-11-04&sp=r&sig={}'),
  kind('Azure AD client secret', some(3) + whole('8Q|~') + some(34, dashed), 'the app registration has {} as secret'),
  kind('DigitalOcean token', whole('dop|_v1_') + some(64, hex), 'doctl auth init -t {}'),
  kind('Databricks token', whole('dap|i') + some(32, hex), 'the cluster refuses {} since Monday'),
  kind('HashiCorp Vault token', whole('hv|s.') + some(96, dashed), 'vault login {}'),
  kind('Docker Hub token', whole('dckr|_pat_') + some(27, dashed), 'docker login -p {}'),
  kind('Cloudflare Origin CA key', whole('v1|.0-') + some(24, hex) + '-' + some(146, hex), 'origin key {} is expired'),
  kind('Heroku key', 'HRKU-' + uuid(), 'heroku says {} is invalid'),
  kind('Pulumi token', whole('pul|-') + some(40, hex), 'pulumi up with {}'),
  kind('Terraform Cloud token', some(14) + whole('.atlas|v1.') + some(64, dashed), 'terraform login took {}'),
  kind('Supabase token', whole('sb|p_') + some(40, hex), 'supabase link with {}'),
  kind('PlanetScale password', whole('pscale|_pw_') + some(43, dashed), 'mysql -p {}'),
  kind('Tailscale key', whole('tskey|-auth-') + some(12) + '-' + some(32), 'tailscale up --authkey {}'),
]

const code = (): SecretKind[] => [
  kind('GitHub classic token', whole('gh|p_') + some(36), 'git push fails with {}'),
  kind('GitHub fine-grained token', whole('github|_pat_') + some(22) + '_' + some(59), 'I gave the bot {}'),
  kind('GitHub app token', whole('gh|s_') + some(36), 'the action printed {}'),
  kind('GitLab token', whole('gl|pat-') + some(20, dashed), 'clone with oauth2 and {}'),
  kind('npm token', whole('np|m_') + some(36), 'publish uses {}'),
  kind('PyPI token', whole('py|pi-AgEIcHlwaS5vcmc') + some(120, dashed), 'twine upload -p {}'),
  kind('RubyGems key', whole('ruby|gems_') + some(48, hex), 'gem push with {}'),
  kind(
    'Atlassian token',
    whole('ATA|TT3xFfGF0') + some(170, dashed) + '=' + some(8, hex.toUpperCase().slice(0, 16)),
    'jira wants {}',
  ),
  kind('Linear key', whole('lin|_api_') + some(40), 'linear issues with {}'),
  kind('Notion token', whole('nt|n_') + some(11, digits) + some(35), 'the page opens with {}'),
  kind('Figma token', whole('fig|d_') + some(40, dashed), 'figma file via {}'),
  kind('Grafana service account token', whole('gl|sa_') + some(32) + '_' + some(8, hex), 'dashboards by {}'),
  kind('Sentry DSN', some(32, hex), 'Sentry.init({ dsn: "https://{}@o4504.ingest.sentry.io/4505" })'),
  kind('Sentry user token', whole('sntry|u_') + some(64, hex), 'sentry-cli login {}'),
  kind('New Relic key', whole('NR|AK-') + some(27, upper + digits), 'newrelic profile add {}'),
  kind('Datadog key', some(32, hex), 'DD_API_KEY={} in the deployment'),
  kind('Postman key', whole('PM|AK-') + some(24, hex) + '-' + some(34, hex), 'newman run with {}'),
  kind('Dynatrace token', whole('dt0|c01.') + some(24, upper + digits) + '.' + some(64, upper + digits), 'metrics ingest {}'),
  kind('CircleCI token', whole('CCI|PAT_') + some(22) + '_' + some(40, hex), 'circleci setup {}'),
]

const models = (): SecretKind[] => [
  kind('OpenAI key, old', whole('sk|-') + some(20) + whole('T3Blbk|FJ') + some(20), 'Incorrect API key provided: {}.'),
  kind(
    'OpenAI project key',
    whole('sk|-proj-') + some(74, dashed) + whole('T3Blbk|FJ') + some(74, dashed),
    'why is {} rejected?',
  ),
  kind('Anthropic key', whole('sk|-ant-api03-') + some(93, dashed) + 'AA', 'claude code with {}'),
  kind('Hugging Face token', whole('h|f_') + some(34, upper + lower), 'pull the model using {}'),
  kind('Groq key', whole('gs|k_') + some(52), 'llama on groq, key {}'),
  kind('xAI key', whole('xa|i-') + some(80), 'grok answers 401 to {}'),
  kind('Replicate token', whole('r8|_') + some(37), 'replicate run with {}'),
  kind('Perplexity key', whole('pp|lx-') + some(48), 'search through {}'),
  kind('Pinecone key', whole('pc|sk_') + some(5) + '_' + some(63), 'the index needs {}'),
  kind('LangSmith key', whole('lsv2|_pt_') + some(32, hex) + '_' + some(10, hex), 'traces go out with {}'),
  kind('Langfuse secret key', whole('sk|-lf-') + uuid(), 'langfuse says {} is unknown'),
]

const messaging = (): SecretKind[] => [
  kind('Slack bot token', whole('xox|b-') + some(12, digits) + '-' + some(13, digits) + '-' + some(24), 'the bot posts with {}'),
  kind(
    'Slack webhook',
    'T' + some(8, upper + digits) + '/B' + some(10, upper + digits) + '/' + some(24),
    whole('post to https://hooks.sl|ack.com/services/{} when done'),
  ),
  kind('Discord bot token', 'M' + some(23) + '.' + some(6, dashed) + '.' + some(38), 'client.login("{}")'),
  kind(
    'Discord webhook',
    some(18, digits.slice(1)) + '/' + some(68, dashed),
    whole('send it to https://disc|ord.com/api/webhooks/{} please'),
  ),
  kind('Telegram bot token', some(10, '123456789') + ':AA' + some(33, dashed), 'botfather gave me {}'),
  kind('Twilio API key', whole('S|K') + some(32, hex), 'twilio login with {}'),
  kind('Twilio auth token', some(32, hex), 'twilio auth token: {}'),
  kind('SendGrid key', whole('S|G.') + some(22, dashed) + '.' + some(43, dashed), 'mail goes out through {}'),
  kind('Mailgun key', whole('ke|y-') + some(32, hex), 'mailgun api user and {}'),
  kind('Mailchimp key', some(32, hex) + whole('-us|14'), 'the list needs {}'),
  kind('Brevo key', whole('xkey|sib-') + some(64, hex) + '-' + some(16), 'brevo refuses {}'),
]

const commerce = (): SecretKind[] => [
  kind('Stripe live key', whole('sk|_live_') + some(99), 'charge failed with {}'),
  kind('Stripe restricted key', whole('rk|_live_') + some(24), 'only reading with {}'),
  kind('Stripe webhook secret', whole('wh|sec_') + some(32), 'signature check uses {}'),
  kind('Square access token', whole('EA|AA') + some(60, dashed), 'square payments with {}'),
  kind('Square OAuth secret', whole('sq0|csp-') + some(43, dashed), 'the square app has {}'),
  kind('Shopify token', whole('shp|at_') + some(32, hex), 'orders via {}'),
  kind('PayPal Braintree token', whole('access|_token$production$') + some(16) + '$' + some(32, hex), 'gateway opened with {}'),
  kind('Airtable token', 'pat' + some(14) + '.' + some(64, hex), 'the base opens with {}'),
  kind('HubSpot token', whole('pat|-na1-') + uuid(), 'contacts come with {}'),
]

const generic = (): SecretKind[] => {
  const head = whole('ey|J') + some(27)
  const pem = (name: string): string => {
    const body = Array.from({ length: 12 }, () => some(64, base64)).join('\n')
    return whole(`-----BEGIN ${name}PRIVATE K|EY-----\nMII${body}\n-----END ${name}PRIVATE K|EY-----`)
  }
  return [
    kind('JWT', [head, whole('ey|J') + some(60, dashed), some(43, dashed)].join('.'), 'my session is {} and expired'),
    kind('Bearer header', some(40, dashed), "curl -H 'Authorization: Bearer {}' https://api.example.com"),
    kind('Basic header', btoa(`admin:${some(12)}`), 'Authorization: Basic {}'),
    kind('API key header', some(32, word), 'x-api-key: {}'),
    kind('database URL', some(14, word), 'connect to postgres://app:{}@db.internal:5432/shop'),
    kind('Redis URL', some(20, word), 'rediss://default:{}@cache.example.com:6380'),
    kind('URL with password', some(14, word), 'wget https://jane:{}@files.example.com/report.pdf'),
    kind('PEM, RSA', pem('RSA '), 'is this right?\n{}\nthanks'),
    kind('PEM, PKCS 8', pem(''), 'the key\n{}'),
    kind('PEM, OpenSSH', pem('OPENSSH '), '{}'),
    kind('age key', whole('AGE-SECRET-|KEY-1') + some(58, upper + digits), 'decrypt with {}'),
    kind('password assignment', some(6) + '9!x', 'PASSWORD={} ./run.sh'),
    kind('password in JSON', some(6) + '9!x', '{"user": "jane", "password": "{}"}'),
    kind('secret in YAML', some(24), 'client_secret: {}'),
    kind('API key in a query', some(32, hex), 'GET /v1/weather?city=Rome&api_key={}&units=metric'),
    kind('token of any service', some(32, word), 'TELEGRAPH_TOKEN={} npm start'),
    kind('API key in a sentence', some(32, word), 'my api key is {}, why does it fail?'),
  ]
}

export const secretKinds: readonly SecretKind[] = [
  ...cloud(),
  ...code(),
  ...models(),
  ...messaging(),
  ...commerce(),
  ...generic(),
]
