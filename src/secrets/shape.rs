//! The shapes of tokens that begin with a prefix of their own.
//!
//! Sources: the token documentation of the services; the lengths are those in use in 2026, with room where a
//! service says that they may grow.

use super::Confidence::{self, High, Low};

/// Bits of [`classes`]: which alphabets a byte belongs to.
pub(super) const ALNUM: u8 = 1;
/// `0-9 a-f A-F`.
pub(super) const HEX: u8 = 2;
/// Letters, digits, `_`, `-`.
pub(super) const WORD: u8 = 4;
/// [`WORD`] and `.`.
pub(super) const DOTTED: u8 = 8;
/// Letters, digits, `+`, `/`, `=`.
pub(super) const BASE64: u8 = 16;
/// Capitals and digits.
pub(super) const CAPITAL: u8 = 32;
/// [`DOTTED`] and what Slack, Fly and Doppler add: `%`, `+`, `/`, `=`, `:`, `~`.
pub(super) const LOOSE: u8 = 64;

/// The alphabets of a byte, as a set of bits.
pub(super) fn classes(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

static CLASSES: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut at = 0;
    while at < 128 {
        let byte = at as u8;
        let alnum = byte.is_ascii_alphanumeric();
        let word = alnum || byte == b'_' || byte == b'-';
        let mut bits = 0;
        if alnum {
            bits |= ALNUM;
        }
        if byte.is_ascii_hexdigit() {
            bits |= HEX;
        }
        if word {
            bits |= WORD;
        }
        if word || byte == b'.' {
            bits |= DOTTED;
        }
        if alnum || byte == b'+' || byte == b'/' || byte == b'=' {
            bits |= BASE64;
        }
        if byte.is_ascii_uppercase() || byte.is_ascii_digit() {
            bits |= CAPITAL;
        }
        if word || matches!(byte, b'.' | b'%' | b'+' | b'/' | b'=' | b':' | b'~') {
            bits |= LOOSE;
        }
        table[at] = bits;
        at += 1;
    }
    table
};

/// What must hold beyond prefix, alphabet and length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nothing.
    Shape,
    /// The last six characters are a checksum; without it the confidence is low.
    Checksum,
    /// At least one digit and one letter: the prefix alone could begin a word.
    Mixed,
}

/// The shape of one kind of token.
pub(super) struct Shape {
    /// Length of the prefix in bytes.
    pub prefix: usize,
    /// Alphabet of what follows.
    pub class: u8,
    /// Fewest characters after the prefix.
    pub min: usize,
    /// Most characters after the prefix.
    pub max: usize,
    /// Name for a person.
    pub kind: &'static str,
    /// Issuer.
    pub owner: &'static str,
    /// How sure the shape makes.
    pub confidence: Confidence,
    /// What else must hold.
    pub proof: Proof,
}

const ANY: usize = 4096;

macro_rules! shapes {
    ($rest:ident: $( $first:literal => { $( $prefix:literal $class:ident $min:literal .. $max:tt, $kind:literal $owner:literal $confidence:ident $proof:ident; )* } )*) => {
        match $rest.first()? {
            $( $first => {
                $( if $rest.starts_with($prefix) {
                    return Some(Shape {
                        prefix: $prefix.len(), class: $class, min: $min, max: $max, kind: $kind, owner: $owner,
                        confidence: $confidence, proof: Proof::$proof,
                    });
                } )*
                None
            } )*
            _ => None,
        }
    };
}

/// The shape whose prefix `rest` begins with; where several do, the longest prefix stands first.
pub(super) fn shape(rest: &[u8]) -> Option<Shape> {
    shapes! { rest:
        b'g' => {
            b"ghp_" ALNUM 36..255, "GitHub token" "github" High Checksum;
            b"gho_" ALNUM 36..255, "GitHub OAuth token" "github" High Checksum;
            b"ghu_" ALNUM 36..255, "GitHub user token" "github" High Checksum;
            b"ghs_" ALNUM 36..255, "GitHub app token" "github" High Checksum;
            b"ghr_" ALNUM 36..255, "GitHub refresh token" "github" High Checksum;
            b"github_pat_" WORD 50..255, "GitHub token" "github" High Shape;
            b"glpat-" DOTTED 20..300, "GitLab token" "gitlab" High Shape;
            b"gldt-" WORD 20..300, "GitLab deploy token" "gitlab" High Shape;
            b"glrt-" DOTTED 20..300, "GitLab runner token" "gitlab" High Shape;
            b"glptt-" WORD 20..300, "GitLab trigger token" "gitlab" High Shape;
            b"glcbt-" WORD 20..300, "GitLab CI job token" "gitlab" High Shape;
            b"glsoat-" WORD 20..300, "GitLab SCIM token" "gitlab" High Shape;
            b"glagent-" WORD 20..300, "GitLab agent token" "gitlab" High Shape;
            b"gsk_" ALNUM 48..56, "Groq API key" "groq" High Shape;
            b"glsa_" WORD 32..60, "Grafana service token" "grafana" High Mixed;
            b"glc_" BASE64 32..400, "Grafana Cloud token" "grafana" High Mixed;
        }
        b'x' => {
            b"xoxb-" LOOSE 20..300, "Slack bot token" "slack" High Mixed;
            b"xoxp-" LOOSE 20..300, "Slack user token" "slack" High Mixed;
            b"xoxa-" LOOSE 20..300, "Slack token" "slack" High Mixed;
            b"xoxr-" LOOSE 20..300, "Slack refresh token" "slack" High Mixed;
            b"xoxs-" LOOSE 20..300, "Slack token" "slack" High Mixed;
            b"xoxo-" LOOSE 20..300, "Slack token" "slack" High Mixed;
            b"xoxc-" LOOSE 20..300, "Slack client token" "slack" High Mixed;
            b"xoxd-" LOOSE 20..500, "Slack cookie" "slack" High Mixed;
            b"xoxe" LOOSE 20..400, "Slack token" "slack" High Mixed;
            b"xapp-" WORD 20..300, "Slack app token" "slack" High Mixed;
            b"xai-" ALNUM 60..120, "xAI API key" "xai" High Mixed;
            b"xkeysib-" WORD 60..120, "Brevo API key" "brevo" High Mixed;
        }
        b'h' => {
            b"hf_" ALNUM 30..40, "Hugging Face token" "huggingface" High Shape;
            b"hvs." WORD 24..400, "Vault token" "vault" High Mixed;
            b"hvb." WORD 60..800, "Vault batch token" "vault" High Mixed;
            b"hooks.slack.com/services/T" BASE64 30..90, "Slack webhook URL" "slack" High Mixed;
            b"hooks.slack.com/workflows/" BASE64 30..120, "Slack webhook URL" "slack" High Mixed;
            b"hooks.slack.com/triggers/" BASE64 30..120, "Slack webhook URL" "slack" High Mixed;
        }
        b'd' => {
            b"dop_v1_" HEX 64..64, "DigitalOcean token" "digitalocean" High Shape;
            b"doo_v1_" HEX 64..64, "DigitalOcean OAuth token" "digitalocean" High Shape;
            b"dor_v1_" HEX 64..64, "DigitalOcean refresh token" "digitalocean" High Shape;
            b"dapi" HEX 32..32, "Databricks token" "databricks" High Mixed;
            b"dp.pt." ALNUM 40..48, "Doppler token" "doppler" High Shape;
            b"dp.st." DOTTED 40..80, "Doppler service token" "doppler" High Mixed;
            b"dp.ct." ALNUM 40..48, "Doppler CLI token" "doppler" High Shape;
            b"dp.sa." ALNUM 40..48, "Doppler service account token" "doppler" High Shape;
            b"dckr_pat_" WORD 24..60, "Docker Hub token" "docker" High Shape;
            b"dckr_oat_" WORD 24..60, "Docker Hub token" "docker" High Shape;
            b"discord.com/api/webhooks/" LOOSE 70..120, "Discord webhook URL" "discord" High Mixed;
            b"discordapp.com/api/webhooks/" LOOSE 70..120, "Discord webhook URL" "discord" High Mixed;
        }
        b'A' => {
            b"AKIA" CAPITAL 16..16, "AWS access key ID" "aws" High Shape;
            b"ASIA" CAPITAL 16..16, "AWS access key ID" "aws" High Shape;
            b"ABIA" CAPITAL 16..16, "AWS access key ID" "aws" High Mixed;
            b"AIza" WORD 35..35, "Google API key" "google" High Shape;
            b"AGE-SECRET-KEY-1" CAPITAL 58..58, "age secret key" "" High Shape;
            b"ATATT3" LOOSE 60..300, "Atlassian API token" "atlassian" High Shape;
            b"ATCTT3" LOOSE 60..300, "Atlassian access token" "atlassian" High Shape;
            b"ATBB" ALNUM 32..32, "Bitbucket app password" "bitbucket" High Mixed;
            b"AKCp" ALNUM 60..80, "Artifactory API key" "artifactory" High Mixed;
        }
        b'G' => { b"GOCSPX-" WORD 28..28, "Google OAuth client secret" "google" High Shape; }
        b'y' => { b"ya29." WORD 40..2000, "Google access token" "google" High Mixed; }
        b's' => {
            b"sk_live_" ALNUM 20..250, "Stripe secret key" "stripe" High Shape;
            b"sk_test_" ALNUM 20..250, "Stripe test key" "stripe" Low Shape;
            b"sk-ant-" WORD 32..250, "Anthropic API key" "anthropic" High Mixed;
            b"sk-proj-" WORD 40..300, "OpenAI API key" "openai" High Mixed;
            b"sk-svcacct-" WORD 40..300, "OpenAI service key" "openai" High Mixed;
            b"sk-admin-" WORD 40..300, "OpenAI admin key" "openai" High Mixed;
            b"sk-or-v1-" HEX 64..64, "OpenRouter API key" "openrouter" High Shape;
            b"sk-lf-" WORD 36..36, "Langfuse secret key" "langfuse" High Mixed;
            b"sk-" ALNUM 48..48, "OpenAI API key" "openai" High Mixed;
            b"shpat_" HEX 32..32, "Shopify access token" "shopify" High Shape;
            b"shpca_" HEX 32..32, "Shopify app token" "shopify" High Shape;
            b"shppa_" HEX 32..32, "Shopify app password" "shopify" High Shape;
            b"shpss_" HEX 32..32, "Shopify shared secret" "shopify" High Shape;
            b"sbp_" HEX 40..40, "Supabase token" "supabase" High Shape;
            b"sb_secret_" WORD 20..60, "Supabase secret key" "supabase" High Mixed;
            b"sntrys_" LOOSE 60..500, "Sentry token" "sentry" High Mixed;
            b"sntryu_" HEX 64..64, "Sentry user token" "sentry" High Shape;
            b"sq0csp-" WORD 43..43, "Square secret" "square" High Shape;
            b"shippo_live_" HEX 40..40, "Shippo token" "shippo" High Shape;
        }
        b'r' => {
            b"rk_live_" ALNUM 20..250, "Stripe restricted key" "stripe" High Shape;
            b"rk_test_" ALNUM 20..250, "Stripe test key" "stripe" Low Shape;
            b"rubygems_" HEX 48..48, "RubyGems API key" "rubygems" High Shape;
            b"r8_" ALNUM 37..40, "Replicate token" "replicate" High Mixed;
            b"rnd_" ALNUM 28..36, "Render API key" "render" High Mixed;
        }
        b'w' => { b"whsec_" BASE64 32..80, "webhook signing secret" "stripe" High Mixed; }
        b'n' => {
            b"npm_" ALNUM 36..36, "npm token" "npm" High Checksum;
            b"ntn_" ALNUM 40..60, "Notion token" "notion" High Mixed;
            b"nfp_" ALNUM 36..48, "Netlify token" "netlify" High Mixed;
        }
        b'N' => { b"NRAK-" CAPITAL 27..27, "New Relic API key" "newrelic" High Shape; }
        b'p' => {
            b"pypi-AgE" WORD 50..1000, "PyPI token" "pypi" High Shape;
            b"pul-" HEX 40..40, "Pulumi token" "pulumi" High Shape;
            b"pplx-" ALNUM 40..60, "Perplexity API key" "perplexity" High Mixed;
            b"pscale_tkn_" DOTTED 32..64, "PlanetScale token" "planetscale" High Shape;
            b"pscale_pw_" DOTTED 32..64, "PlanetScale password" "planetscale" High Shape;
            b"pat-na1-" WORD 36..36, "HubSpot token" "hubspot" High Shape;
            b"pat-eu1-" WORD 36..36, "HubSpot token" "hubspot" High Shape;
        }
        b'P' => { b"PMAK-" WORD 59..59, "Postman API key" "postman" High Shape; }
        b'c' => {
            b"cio" ALNUM 32..32, "crates.io token" "crates" High Mixed;
            b"cfut_" ALNUM 40..60, "Cloudflare API token" "cloudflare" High Mixed;
        }
        b'C' => { b"CCIPAT_" WORD 40..80, "CircleCI token" "circleci" High Mixed; }
        b'S' => {
            b"SG." DOTTED 66..66, "SendGrid API key" "sendgrid" High Mixed;
            b"SK" HEX 32..32, "Twilio API key" "twilio" High Mixed;
        }
        b'k' => { b"key-" HEX 32..32, "Mailgun API key" "mailgun" Low Mixed; }
        b'l' => {
            b"lin_api_" ALNUM 40..48, "Linear API key" "linear" High Shape;
            b"lin_oauth_" HEX 64..64, "Linear OAuth token" "linear" High Shape;
        }
        b'f' => {
            b"fo1_" WORD 40..60, "Fly.io token" "fly" High Mixed;
            b"fm1r_" LOOSE 100..ANY, "Fly.io token" "fly" High Mixed;
            b"fm2_" LOOSE 100..ANY, "Fly.io token" "fly" High Mixed;
            b"figd_" WORD 38..60, "Figma token" "figma" High Mixed;
        }
        b't' => { b"tskey-" WORD 24..80, "Tailscale key" "tailscale" High Mixed; }
        b'H' => { b"HRKU-" WORD 36..70, "Heroku API key" "heroku" High Mixed; }
        b'E' => { b"EZAK" ALNUM 54..54, "EasyPost API key" "easypost" High Shape; }
        b'o' => { b"ops_eyJ" WORD 250..ANY, "1Password service token" "1password" High Shape; }
        b'b' => { b"bkua_" HEX 40..40, "Buildkite token" "buildkite" High Shape; }
    }
}

/// A second shape for the same prefix, where the first did not fit: keys of OpenAI's older form have a fixed
/// length, other services took over the prefix with other lengths.
pub(super) fn second_shape(rest: &[u8]) -> Option<Shape> {
    rest.starts_with(b"sk-").then_some(Shape {
        prefix: 3,
        class: ALNUM,
        min: 32,
        max: 64,
        kind: "API key",
        owner: "",
        confidence: High,
        proof: Proof::Mixed,
    })
}
