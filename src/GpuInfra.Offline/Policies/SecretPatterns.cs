using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace GpuInfra.Offline.Policies;

/// <summary>
/// What secrets look like: only forms that nothing else has. There is no guess by entropy: digests, URNs and ids look as random as keys
/// do, and a check that cries wolf is switched off.
/// </summary>
internal static partial class SecretPatterns
{
    private static readonly ImmutableArray<(string Kind, Regex Form)> Forms =
    [
        ("an AWS access key", AmazonKey()),
        ("an AWS secret key", AmazonSecret()),
        ("a private key", PrivateKey()),
        ("a Hugging Face token", HuggingFace()),
        ("a Google service account key", GoogleAccountKey()),
        ("a Google API key or access token", GoogleKey()),
        ("a GitHub or GitLab token", Repository()),
        ("a key of a model API", ModelApi()),
        ("a Slack token or webhook", Slack()),
        ("a JSON web token", WebToken()),
        ("a password in an address", AddressPassword()),
        ("a password or token", Assignment()),
    ];

    /// <summary>The kinds of secret in a text, as <c>a private key</c>.</summary>
    public static IEnumerable<string> In(string text) => Forms.Where(form => form.Form.IsMatch(text)).Select(form => form.Kind);

    /// <summary>True for the path of an input that holds a secret by its name.</summary>
    public static bool IsSecretName(string path) => SecretName().IsMatch(path) && !NameInTemplates().IsMatch(path);

    /// <summary>True for a value that is the secret itself rather than where to find it.</summary>
    public static bool IsLiteral(string value) => value.Length > 0 && !Reference().IsMatch(value);

    [GeneratedRegex(@"\b(AKIA|ASIA)[A-Z0-9]{16}\b")]
    private static partial Regex AmazonKey();

    [GeneratedRegex(@"aws_?secret_?(access_?)?key[""']?\s*[=:]\s*[""']?[A-Za-z0-9/+]{40}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AmazonSecret();

    [GeneratedRegex(@"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----")]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\b(hf|api_org)_[A-Za-z0-9]{20,}")]
    private static partial Regex HuggingFace();

    [GeneratedRegex(@"""private_key(_id)?""\s*:\s*""")]
    private static partial Regex GoogleAccountKey();

    [GeneratedRegex(@"\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20,}")]
    private static partial Regex GoogleKey();

    [GeneratedRegex(@"\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}|\bglpat-[A-Za-z0-9_-]{20,}")]
    private static partial Regex Repository();

    [GeneratedRegex(@"\bsk-[A-Za-z0-9_-]{20,}|\bnvapi-[A-Za-z0-9_-]{20,}")]
    private static partial Regex ModelApi();

    [GeneratedRegex(@"\bxox[abeprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]+")]
    private static partial Regex Slack();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")]
    private static partial Regex WebToken();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]*://[^\s/:@$]*:[^\s/:@$]{3,}@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AddressPassword();

    /// <summary>
    /// An assignment of a literal: what begins with $, &lt;, { or a backquote is filled in later, and an ARN names a secret and does not hold it.
    /// </summary>
    [GeneratedRegex(
        @"(?<!\barn:aws:secretsmanager:[a-z0-9-]+:[0-9]+:)(password|passwd|passphrase|secret|api[_-]?key|(access|auth|bearer|hf|hub)[_-]?token)[""']?\s*[=:]\s*[""']?(?!true\b|false\b|null\b|none\b)[^\s""'$<{`(\[|&;,]{6,}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex(
        @"(password|passwd|passphrase|secret(string|data|key|accesskey)|api_?key|(auth|access|bearer|refresh)_?token|private_?key|client_?secret|webhook_?url|(routing|integration)_?key)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    /// <summary>What an ExternalSecret calls a value in its templates; where that comes from is beside it.</summary>
    [GeneratedRegex(@"\.spec\.data\[[0-9]+\]\.secretKey$")]
    private static partial Regex NameInTemplates();

    [GeneratedRegex(@"^(arn:|projects/|\$|file:|https://secretmanager|/[A-Za-z0-9/_-]+$)|^(true|false)$|^\{\{ \.[a-z_]+( \|[^{}]*)? \}\}$", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
