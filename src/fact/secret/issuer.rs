//! Which hosts belong to the service that issued a secret.

/// Whether `host` belongs to `issuer`: known for well-known services; for any other name only a match says
/// something, because the name of the service was guessed from that of a variable.
pub(super) fn owns(issuer: &str, host: &str) -> Option<bool> {
    let mut labels = host.split(['.', '-', '_']);
    // Self-hosted ones too: `gitlab.acme.com`, `github.acme.com`.
    if labels.any(|label| label == issuer) {
        return Some(true);
    }
    let domains = match issuer {
        "github" => "github.com githubusercontent.com ghcr.io ghe.com githubapp.com githubcopilot.com",
        "gitlab" => "gitlab.com",
        "aws" => "amazonaws.com amazonaws.com.cn aws.amazon.com awsapps.com",
        "google" => "googleapis.com google.com gcr.io pkg.dev run.app cloudfunctions.net firebaseio.com",
        "azure" => {
            "azure.com windows.net microsoft.com microsoftonline.com azurecr.io azurewebsites.net azure-api.net"
        }
        "slack" => "slack.com",
        "discord" => "discord.com discordapp.com",
        "telegram" => "telegram.org",
        "stripe" => "stripe.com",
        "openai" => "openai.com",
        "anthropic" => "anthropic.com claude.ai claude.com",
        "huggingface" => "huggingface.co hf.co hf.space huggingface.cloud",
        "npm" => "npmjs.org npmjs.com yarnpkg.com",
        "pypi" => "pypi.org pythonhosted.org",
        "crates" => "crates.io",
        "digitalocean" => "digitalocean.com digitaloceanspaces.com",
        "sendgrid" => "sendgrid.com sendgrid.net",
        "twilio" => "twilio.com",
        "mailgun" => "mailgun.net mailgun.org",
        "cloudflare" => "cloudflare.com workers.dev",
        "heroku" => "heroku.com herokuapp.com",
        "shopify" => "shopify.com myshopify.com",
        "databricks" => "databricks.com azuredatabricks.net",
        "linear" => "linear.app",
        "doppler" => "doppler.com",
        "fly" => "fly.io fly.dev machines.dev",
        "atlassian" => "atlassian.net atlassian.com bitbucket.org jira.com",
        "bitbucket" => "bitbucket.org",
        "groq" => "groq.com",
        "xai" => "x.ai",
        "openrouter" => "openrouter.ai",
        "perplexity" => "perplexity.ai",
        "replicate" => "replicate.com",
        "notion" => "notion.com notion.so",
        "figma" => "figma.com",
        "sentry" => "sentry.io",
        "grafana" => "grafana.net grafana.com",
        "docker" => "docker.com docker.io",
        "netlify" => "netlify.com",
        "newrelic" => "newrelic.com nr-data.net",
        "postman" => "getpostman.com postman.com",
        "pulumi" => "pulumi.com",
        "rubygems" => "rubygems.org",
        "supabase" => "supabase.com supabase.co",
        "tailscale" => "tailscale.com",
        "hubspot" => "hubapi.com hubspot.com",
        "circleci" => "circleci.com",
        "buildkite" => "buildkite.com",
        "planetscale" => "planetscale.com psdb.cloud",
        _ => return host_holds(issuer, host).then_some(true),
    };
    let within =
        |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|head| head.ends_with('.'));
    Some(domains.split(' ').any(within))
}

/// `acmecorp.io` for `acme`: as a part of a label, where the name is long enough to mean something.
fn host_holds(issuer: &str, host: &str) -> bool {
    issuer.len() >= 4 && host.contains(issuer)
}

#[cfg(test)]
mod tests {
    use super::owns;

    #[test]
    fn owners() {
        for (issuer, host, expected) in [
            ("github", "api.github.com", Some(true)),
            ("github", "github.acme.com", Some(true)),
            ("github", "api.evil.com", Some(false)),
            ("github", "githubbcom.evil.com", Some(false)),
            ("aws", "s3.eu-west-1.amazonaws.com", Some(true)),
            ("acme", "api.acme.com", Some(true)),
            ("acme", "api.acmecorp.io", Some(true)),
            ("acme", "api.other.com", None),
            ("slack", "hooks.slack.com", Some(true)),
        ] {
            assert_eq!(owns(issuer, host), expected, "{issuer} {host}");
        }
    }
}
