using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>A serving's <c>sharing</c>: a word, or the cut itself.</summary>
internal static class SharingSection
{
    /// <summary>More engines than this on one GPU have no memory left to speak of.</summary>
    private const int MostPerGpu = 16;

    private static readonly Key<string> Mig = Key.Optional(
        "mig", Names.Line("a MIG profile, as 3g.40gb", 12, @"^[0-9]g\.[0-9]{1,3}gb$"), "The MIG profile that GPUs are cut into, as 3g.40gb; only GPUs that have it are used then.", "");

    private static readonly Key<int?> TimeSlicing = Key.OptionalNumber(
        "timeSlicing", Quantities.WholeNumber(2, MostPerGpu), "Replicas that take turns on each GPU, each with its part of the memory.");

    private static readonly Key<int?> ReplicasPerGpu = Key.OptionalNumber(
        "replicasPerGpu", Quantities.WholeNumber(1, MostPerGpu), "Replicas on each GPU with mig; left out, as many as the profile allows.");

    /// <summary>The key.</summary>
    public static readonly Key<GpuSharing> Sharing = Key.Optional<GpuSharing>(
        "sharing",
        new EitherValue<GpuSharing>(
            new ChoiceValue<GpuSharing>(new("none", GpuSharing.None), new("mig", new GpuSharing(SharingMode.Mig))),
            new Section<GpuSharing>([Mig, TimeSlicing, ReplicasPerGpu], Build)),
        "Whether several replicas of a small model share a GPU: none, mig (the planner may cut GPUs that can be), or the cut itself.",
        GpuSharing.None);

    private static GpuSharing Build(Fields fields)
    {
        if (fields.Has(Mig) == fields.Has(TimeSlicing))
        {
            fields.At.Refuse("needs either mig or timeSlicing");
            return GpuSharing.None;
        }

        if (fields.Has(TimeSlicing))
        {
            if (fields.Has(ReplicasPerGpu))
            {
                fields.Refuse(ReplicasPerGpu, "goes with mig: timeSlicing is the number itself");
            }

            return new GpuSharing(SharingMode.TimeSlicing, null, fields.Get(TimeSlicing));
        }

        var profiles = fields.At.Reading.Catalog.Gpus.SelectMany(gpu => gpu.Mig).ToList();
        var having = profiles.Where(profile => profile.Profile == fields.Get(Mig)).ToList();
        if (having.Count == 0)
        {
            fields.Refuse(Mig, UnknownName.Of("MIG profile", fields.Get(Mig), profiles.Select(profile => profile.Profile).Distinct().Order(StringComparer.Ordinal), []));
        }
        else if (fields.IsSound(ReplicasPerGpu) && fields.Get(ReplicasPerGpu) is { } replicas && replicas > having.Max(profile => profile.Instances))
        {
            fields.Refuse(ReplicasPerGpu, $"a GPU has at most {having.Max(profile => profile.Instances)} instances of {fields.Get(Mig)}");
        }

        return new GpuSharing(SharingMode.Mig, fields.Get(Mig), fields.Get(ReplicasPerGpu));
    }
}
