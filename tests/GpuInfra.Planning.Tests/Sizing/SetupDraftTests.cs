using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Sizing;

public class SetupDraftTests
{
    private static readonly SetupDraft Sound = new()
    {
        Model = "Llama 3.1 8B",
        Gpu = "H100",
        Parallelism = new Parallelism(1),
        Load = new Load(LoadKind.OfflineMax, 1000, 200, 1),
    };

    [Fact]
    public void Names_are_taken_as_people_write_them()
    {
        var (setup, problems) = (Sound with { Precision = "FP8" }).Check(A.Catalog);
        Assert.Empty(problems);
        Assert.Equal(("llama-3.1-8b", "h100-80gb", Precision.Fp8), (setup!.Model.Id, setup.Gpu.Id, setup.Precision));
    }

    [Fact]
    public void Without_a_precision_the_model_keeps_its_own() => Assert.Equal(Precision.Bf16, Sound.Check(A.Catalog).Setup!.Precision);

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        var draft = Sound with
        {
            Model = "lama-3.1-8b",
            Gpu = "h10",
            Precision = "fp9",
            Parallelism = new Parallelism(0, -1),
            Load = new Load(LoadKind.Concurrency, 0, -5, 0),
        };
        Assert.Equal(
            [
                SetupPart.Model, SetupPart.Gpu, SetupPart.Precision, SetupPart.TensorParallel, SetupPart.PipelineParallel,
                SetupPart.InputTokens, SetupPart.OutputTokens, SetupPart.Requests,
            ],
            draft.Check(A.Catalog).Problems.Select(problem => problem.Part));
    }

    [Theory]
    [InlineData("lama-3.1-8b", "h100", "did you mean \"llama-3.1-8b\"?")]
    [InlineData("llama-3.1-8b", "h100-80g", "did you mean \"h100-80gb\"?")]
    public void An_unknown_name_is_told_with_the_nearest_one(string model, string gpu, string hint) =>
        Assert.Contains(hint, Only(Sound with { Model = model, Gpu = gpu }).Message, StringComparison.Ordinal);

    [Fact]
    public void A_precision_that_the_GPU_lacks_is_told_with_those_it_has()
    {
        var problem = Only(Sound with { Gpu = "a100-80gb", Precision = "fp8" });
        Assert.Equal((SetupPart.Precision, "a100-80gb has no fp8 arithmetic; it has fp16, bf16, int8"), (problem.Part, problem.Message));
    }

    [Fact]
    public void A_cache_in_fp8_needs_a_GPU_that_has_it()
    {
        var problem = Only(Sound with { Gpu = "a100-80gb", CachePrecision = CachePrecision.Fp8 });
        Assert.Equal((SetupPart.CachePrecision, "a100-80gb has no fp8 arithmetic, which a key-value cache in fp8 needs"), (problem.Part, problem.Message));
    }

    [Fact]
    public void Heads_must_split_over_the_GPUs()
    {
        var problem = Only(Sound with { Parallelism = new Parallelism(3) });
        Assert.Equal((SetupPart.TensorParallel, "32 attention heads of llama-3.1-8b do not split over 3 GPUs"), (problem.Part, problem.Message));
    }

    [Fact]
    public void Copies_of_the_attention_split_over_their_own_GPUs_only() => Assert.Empty(
        (Sound with { Parallelism = new Parallelism(3, AttentionData: 3) }).Check(A.Catalog).Problems);

    [Fact]
    public void The_GPUs_of_the_whole_are_those_of_its_parts() =>
        Assert.Equal(SetupPart.TotalGpus, Only(Sound with { TotalGpus = 2 }).Part);

    [Theory]
    [InlineData("A100-SXM4", 80, "a100-80gb")]
    [InlineData("A100-SXM4", 40, "a100-40gb")]
    [InlineData("A100-PCIE", 80, "a100-pcie-80gb")]
    [InlineData("A100", 80, "a100-80gb")]
    [InlineData("H100", 80, "h100-80gb")]
    [InlineData("H100", 94, "h100-nvl-94gb")]
    [InlineData("H200", 141, "h200-141gb")]
    [InlineData("GH200", 96, "gh200-96gb")]
    [InlineData("B200", 180, "b200-180gb")]
    [InlineData("GB200", 192, "gb200-186gb")]
    [InlineData("L40S", 48, "l40s")]
    [InlineData("RTX6000PRO-SE", 96, "rtx-pro-6000")]
    public void Memory_tells_variants_apart(string name, double memory, string id) =>
        Assert.Equal(id, (Sound with { Gpu = name, GpuMemoryGb = memory }).Check(A.Catalog).Setup!.Gpu.Id);

    [Fact]
    public void A_variant_that_there_is_not_is_refused_with_the_one_there_is()
    {
        var problem = Only(Sound with { Gpu = "L40S", GpuMemoryGb = 80 });
        Assert.Equal((SetupPart.Gpu, "l40s has 44.7 GiB, not 80 GB"), (problem.Part, problem.Message));
    }

    private static SetupProblem Only(SetupDraft draft) => Assert.Single(draft.Check(A.Catalog).Problems);
}
