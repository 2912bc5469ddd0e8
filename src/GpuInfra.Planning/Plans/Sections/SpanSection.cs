using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>A serving's <c>maxNodesPerReplica</c>, and what it does not go with.</summary>
internal static class SpanSection
{
    /// <summary>The key.</summary>
    public static readonly Key<int?> MaxNodes = Key.OptionalNumber(
        "maxNodesPerReplica", Quantities.WholeNumber(1, Serving.LargestSpan),
        "Machines that a replica may span where one does not hold the model: all of one type in one zone, joined by a fabric. It is lost with any of them. Default: 1.");

    /// <summary>Notes what a serving whose replicas may span machines cannot have besides.</summary>
    public static void Check(Fields fields, Serving serving)
    {
        if (serving.MostNodes <= 1)
        {
            return;
        }

        foreach (var (isThere, why) in new[]
        {
            (serving.Kind == ServingKind.Embedding, "models that make embeddings have room on one machine: leave it out"),
            (serving.Kind == ServingKind.FineTuning, "jobs train on one machine each: leave it out"),
            (serving.Sharing != GpuSharing.None, "replicas over machines take all GPUs of each: leave sharing out"),
            (serving.Scaling is not null, "pools of replicas over machines stand at the planned size, since a machine alone serves nothing: leave scaling out"),
            (serving.Queue is not null, "pools that jobs start and stop grow machine by machine, and a machine alone serves nothing: leave queue out"),
            (serving.Techniques.Routing == Routing.BySize, "pools for sizes are planned on single machines: leave routing: bySize out"),
            (serving.Techniques.AcceptedTokens > 0, "drafting is not planned for in a pipeline over machines: leave speculative out"),
        })
        {
            if (isThere)
            {
                fields.Refuse(MaxNodes, why);
            }
        }
    }

    /// <summary>Notes kinds that run on spot only: it takes machines one by one, and each takes a replica with it.</summary>
    public static void CheckSpot(Fields fields, Serving serving, Purchasing purchasing)
    {
        if (serving.MostNodes > 1 && purchasing.SpotFor.Contains(serving.Kind))
        {
            fields.Refuse(MaxNodes, $"replicas over machines never run on spot, which takes machines one by one: take {JsonText.Word(serving.Kind)} out of purchasing.spot.for");
        }
    }
}
