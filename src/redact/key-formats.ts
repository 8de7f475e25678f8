/** Keys that are known by their form, where secretlint's rules do not know it or want it longer. */
import { hasDigit, isMadeOfWords, upperOrMixed } from './randomness.ts'
import type { Rule } from './rule.ts'

const SECRET = '[secret]'
const always = (): string => SECRET
const keepStart = ({ group }: { readonly group: string }): string => `${group}${SECRET}`

/** A block whose end was cut off is a secret up to the end of the text. */
const pem: Rule = {
  pattern:
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[^-]+|-(?!----END ))*(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?/g,
  needs: ['PRIVATE KEY'],
  replace: always,
}

/** Prefixes that their services chose so that keys can be found; what follows is long and has no spaces. */
const prefixed: readonly Rule[] = [
  { pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, needs: ['eyJ'], replace: always }, // JWT
  {
    pattern: /(?<![\w-])(?:sk|pk-lf|xai|pplx|tvly|pul|r8|nvapi|key|api)[-_][\w-]{16,}/g,
    // Words with dashes are names.
    replace: ({ match }) => (hasDigit(match.slice(4)) && !isMadeOfWords(match) ? SECRET : match),
  },
  { pattern: /\b(?:AKIA|ASIA|AGPA|AROA|AIDA|AIPA|ANPA|ANVA|LTAI|AKID)[0-9A-Za-z]{12,40}\b/g, replace: upperOrMixed },
  { pattern: /\b(?:AIza|ya29\.|1\/\/0|GOCSPX-)[\w-]{20,}/g, needs: ['AIza', 'ya29.', '1//0', 'GOCSPX-'], replace: always },
  {
    pattern:
      /(?<![A-Za-z0-9])(?:gh[pousr]_|github_pat_|glpat-|gl(?:ptt|dt|rt|cbt|ft|imt|agent|oas|soat)-|hf_|api_org_|npm_|pypi-)[\w.-]{16,}/g,
    replace: always,
  },
  { pattern: /(?<![A-Za-z0-9])(?:xox[a-z](?:\.xox[a-z])?|xapp|xoxe)-[\w-]{10,}/g, needs: ['xox', 'xapp'], replace: always },
  {
    pattern: /(?<![A-Za-z0-9])(?:[sr]k|rzp)_(?:live|test)_\w{10,}|(?<![A-Za-z0-9])whsec_[\w+/=]{16,}/g,
    needs: ['_live_', '_test_', 'whsec_'],
    replace: always,
  },
  { pattern: /(?<![A-Za-z0-9])SG\.[\w-]{16,}\.[\w-]{16,}/g, needs: ['SG.'], replace: always },
  { pattern: /(?<![A-Za-z0-9])(?:SK|AC)[0-9a-f]{32}(?![\w-])/gi, replace: always }, // Twilio
  { pattern: /(?<![\w-])key-[0-9a-f]{32}(?![\w-])/g, needs: ['key-'], replace: always }, // Mailgun
  { pattern: /(?<![\w-])[0-9a-f]{32}-us\d{1,2}(?![\w-])/g, needs: ['-us'], replace: always }, // Mailchimp
  { pattern: /(?<![\w-])(?:EAAA|sq0[a-z]{3}-)[\w-]{22,}/g, needs: ['EAAA', 'sq0'], replace: always }, // Square
  { pattern: /(?<![\w-])access_token\$\w{4,20}\$\w{8,32}\$[0-9a-f]{16,}/g, needs: ['access_token$'], replace: always }, // Braintree
  // Several services each: by the sign behind the prefix.
  {
    pattern:
      /(?<![A-Za-z0-9])(?:do[opr]_v1|shp(?:at|ca|pa|ss)|sbp|pscale_\w{1,8}|dckr_(?:pat|oat)|figd|lin_api|ntn|secret|glsa|glc|rubygems|sntry[su]|lsv2_\w{2}|gsk|pcsk|CCIPAT|tfp|rdme|sgp|nfp|bkua|rnd|fw|vc[piark]|cf(?:k|ut|at)|ops|CLOJARS|duffel_(?:live|test)|pnu|shippo_(?:live|test)|sm_[aps]at|fm[12][ar]?|authress|FLWSECK(?:_TEST)?)[_-][\w+/=.-]{16,}/g,
    replace: ({ match }) => (hasDigit(match.slice(7)) && !isMadeOfWords(match) ? SECRET : match),
  },
  {
    pattern:
      /(?<![\w-])(?:HRKU|PMAK|NRAK|NRII|NRJS|tskey|CFPAT|xkeysib|xsmtpsib|pat-[a-z]{2}\d|glffct|dnkey|fio-u|ico|tk-us|API|bedrock-api-key|access-(?:sandbox|development|production))-[\w=-]{16,}/g,
    replace: ({ match }) => (hasDigit(match.slice(4)) && !isMadeOfWords(match) ? SECRET : match),
  },
  {
    pattern: /(?<![\w-])(?:dapi|ATATT3|ATBB|ATCTT3|AKCp|EZ[AT]K|ABSK|GR1348941|EAAM|EAAC|sha256~|AQVN)[\w=~+/-]{24,}/g,
    replace: ({ match }) => (hasDigit(match.slice(8)) ? SECRET : match),
  },
  { pattern: /(?<![\w.-])(?:hv[sbr]|dp\.[a-z]{2}|pat\w{14}|dt0[a-z]\d\d\.\w{24})\.[\w-]{20,}/g, replace: always },
  { pattern: /(?<![\w.-])\w{14}\.atlasv1\.[\w-]{20,}/g, needs: ['.atlasv1.'], replace: always },
  { pattern: /(?<![\w.-])v1\.0-[0-9a-f]{24}-[0-9a-f]{100,}/g, needs: ['v1.0-'], replace: always }, // Cloudflare
  { pattern: /AGE-SECRET-KEY-1[0-9A-Z]{20,}/g, needs: ['AGE-SECRET-KEY-1'], replace: always },
  { pattern: /(?<![\w~.-])[\w~.-]{3}8Q~[\w~.-]{30,40}/g, needs: ['8Q~'], replace: always }, // Azure AD
  { pattern: /(?<![\w.-])[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{25,}/g, replace: always }, // Discord
  { pattern: /(?<![\w-])A3-[A-Z0-9]{6}-(?:[A-Z0-9]{5,11}-){2,4}[A-Z0-9]{5,6}(?![\w-])/g, needs: ['A3-'], replace: always }, // 1Password
  { pattern: /(?<![\w-])(?:eyJrIjoi|ZXlK)[\w+/=-]{40,}/g, needs: ['eyJrIjoi', 'ZXlK'], replace: always }, // Grafana, JWT in base64
  { pattern: /(?<![\w-])\d{15,16}\|[\w-]{27,40}/g, needs: ['|'], replace: always }, // Facebook
  { pattern: /(?<![\w-])\d{8,10}:AA[\w-]{32,}/g, needs: [':AA'], replace: always }, // Telegram
]

/** Addresses that are a secret themselves. */
const addresses: readonly Rule[] = [
  {
    pattern: /(https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{10,}/g,
    needs: ['hooks.slack.com'],
    replace: keepStart,
  },
  {
    pattern: /(https:\/\/(?:\w{1,10}\.)?discord(?:app)?\.com\/api\/webhooks\/)[\w/-]{10,}/g,
    needs: ['/api/webhooks/'],
    replace: keepStart,
  },
  {
    pattern: /(https:\/\/[\w.-]{1,100}\.webhook\.office\.com\/webhookb2\/)[\w/@-]{10,}/g,
    needs: ['.webhook.office.com'],
    replace: keepStart,
  },
  { pattern: /(https:\/\/)[0-9a-f]{32}(?::[0-9a-f]{32})?(?=@[\w.-]{1,100}\/\d)/g, replace: keepStart }, // Sentry
]

export const keyFormats: readonly Rule[] = [pem, ...prefixed, ...addresses]
