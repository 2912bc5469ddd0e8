using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>monitoring.remoteWrite</c> and <c>monitoring.grafana</c>.</summary>
internal static class MonitorPartSections
{
    private static readonly Key<string> Url = Key.Required("url", Names.WebAddress, "The address that series are written to, without a secret in it.");

    private static readonly Key<string?> Token = Key.Optional("secret", Names.Secret, "Name of the secret that is sent as a bearer token. Left out, none is.");

    private static readonly Key<string> Issuer = Key.Required(
        "issuer", Names.WebAddress, "The issuer of OpenID Connect, which tells its own addresses at /.well-known/openid-configuration.");

    private static readonly Key<string> ClientId = Key.Required(
        "clientId", Names.Line("a client's id", 200, @"^[A-Za-z0-9._:/@-]+$"), "What Grafana is called at the issuer.");

    private static readonly Key<string> ClientSecret = Key.Required("secret", Names.Secret, "Name of the secret that holds the client's secret. It is never in a plan.");

    private static readonly Key<string?> Editors = Key.Optional(
        "editors", Names.Line("a group", 100, @"^[A-Za-z0-9._:/@ -]+$"), "The group whose members may edit. Left out, who signs in may only look.");

    /// <summary>Another store of series.</summary>
    public static readonly PlanValue<RemoteWrite> RemoteWrite = new Section<RemoteWrite>([Url, Token], fields => new RemoteWrite(fields.Get(Url), fields.Get(Token)));

    private static readonly PlanValue<GrafanaSignIn> SignIn = new Section<GrafanaSignIn>(
        [Issuer, ClientId, ClientSecret, Editors],
        fields => new GrafanaSignIn((fields.Get(Issuer) ?? "").TrimEnd('/'), fields.Get(ClientId), fields.Get(ClientSecret), fields.Get(Editors)));

    private static readonly Key<GrafanaSignIn> Oidc = Key.Required("oidc", SignIn, "Sign-in by OpenID Connect.");

    /// <summary>How people sign in.</summary>
    public static readonly PlanValue<GrafanaSignIn> Grafana = new Section<GrafanaSignIn>([Oidc], fields => fields.Get(Oidc));
}
