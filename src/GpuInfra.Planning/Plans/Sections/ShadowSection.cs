using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>shadow</c> of a route.</summary>
internal static class ShadowSection
{
    private static readonly Key<string> To = Key.Required("to", Names.Name(20), "The API that is sent copies, by its name in overflow or router.apis.");

    private static readonly Key<Share> Part = Key.Required("share", Quantities.Percentage(0.01, 100), "How many of the users, the same ones every time.");

    private static readonly Key<bool> CopiesResidentData = Key.Optional(
        "copiesResidentData", Quantities.YesOrNo, "That data which residency binds to regions may be copied to the API, which must be in one of them.", false);

    /// <summary>The key.</summary>
    public static readonly Key<ShadowRoute?> Shadow = Key.Optional<ShadowRoute>(
        "shadow",
        new Section<ShadowRoute>([To, Part, CopiesResidentData], fields => new ShadowRoute(fields.Get(To), fields.Get(Part), fields.Get(CopiesResidentData))),
        "Users whose requests an API is sent a copy of, to compare it: { to, share }. Nobody gets its answers, and none are kept.");
}
