using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>cascade</c> of a route.</summary>
internal static class CascadeSection
{
    private static readonly Key<string> To = Key.Required(
        "to", Names.Name(ServingSection.LongestName), "The larger model: an API by its name in overflow or router.apis, or a serving.");

    private static readonly Key<Share> Escalates = Key.Required(
        "escalates", Quantities.Percentage(0.01, 100), "How many of the requests the larger model is reckoned to be asked.");

    private static readonly Key<string> Url = Key.Required(
        "url", Names.WebAddress, "What is sent { request, answer } by POST and says { accept: true } or false, at port 443, without a secret in it.");

    private static readonly Key<TimeSpan> Timeout = Key.Optional("timeout", Quantities.Duration("10ms", "1m"), "How long it may take.", TimeSpan.FromSeconds(1));

    /// <summary>What is done when the guardrail says nothing.</summary>
    private enum Otherwise
    {
        Accept,
        Escalate,
    }

    private static readonly Key<Otherwise> OnFailure = Key.Required(
        "onFailure", new ChoiceValue<Otherwise>(new("accept", Otherwise.Accept), new("escalate", Otherwise.Escalate)),
        "What happens when it fails or is late: accept gives the small model's answer, escalate asks the larger one.");

    private static readonly Key<string?> Secret = Key.Optional("secret", Names.Secret, "Name of the secret that is sent as a bearer token. Left out, none is.");

    private static readonly Key<Guardrail> Guard = Key.Required(
        "guardrail",
        new Section<Guardrail>([Url, Timeout, OnFailure, Secret], fields =>
        {
            if (fields.IsSound(Url) && !(Uri.TryCreate(fields.Get(Url), UriKind.Absolute, out var at) && at.Port == 443))
            {
                fields.Refuse(Url, "routers call nobody but by HTTPS at port 443: leave the port out");
            }

            return new Guardrail(fields.Get(Url), fields.Get(Timeout), fields.Get(OnFailure) == Otherwise.Accept, fields.Get(Secret));
        }),
        "What says whether the small model's answer is good enough: { url, timeout, onFailure, secret }.");

    /// <summary>The key. Whether its <c>to</c> is an API is known once all names are.</summary>
    public static readonly Key<CascadeRoute?> Cascade = Key.Optional<CascadeRoute>(
        "cascade",
        new Section<CascadeRoute>([To, Escalates, Guard], fields => new CascadeRoute(fields.Get(To), IsApi: false, fields.Get(Escalates), fields.Get(Guard))),
        "The larger model that answers where a guardrail does not take this serving's whole answer: { to, escalates, guardrail }.");
}
