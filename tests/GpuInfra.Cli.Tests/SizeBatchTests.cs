using System.Globalization;

namespace GpuInfra.Cli.Tests;

public sealed class SizeBatchTests : IDisposable
{
    private const string Header = "id,model,gpu,gpu_memory_gb,precision,tensor_parallel,pipeline_parallel,isl,osl,total_gpus,scenario,note\n";
    private const string Added = ",predicted_output_tokens_per_s,fits,max_concurrency,ttft_ms,tpot_ms,limit,reason";

    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-batch-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Every_row_keeps_its_place_and_columns_and_gets_a_prediction()
    {
        var lines = await Size(
            "7,Llama 3.1 8B,H100,80,FP8,1,1,128,2048,1,offline-max,\"a \"\"quoted\"\", note\"",
            "8,Llama 3.1 8B,A100-SXM4,80,BF16,2,1,1000,200,2,serving-concurrency=16;vllm-0.19.0;attn-dp=1;moe-tp=1;moe-ep=1,",
            "9,Llama 3.1 8B,L40S,48,FP16,1,1,1000,200,1,offline-static-batch=4,x");

        Assert.Equal(Header.TrimEnd() + Added, lines[0]);
        Assert.StartsWith("7,Llama 3.1 8B,H100,80,FP8,1,1,128,2048,1,offline-max,\"a \"\"quoted\"\", note\",", lines[1], StringComparison.Ordinal);
        Assert.All(lines[1..], line => Assert.True(Predicted(line) > 0, line));
    }

    [Fact]
    public async Task A_row_that_cannot_be_predicted_says_why_with_its_line()
    {
        var lines = await Size(
            "1,Llama 3.1 8B,H100,80,FP8,1,1,128,128,1,offline-max,",
            "2,Lama 3.1 8B,A100-PCIE,80,FP8,3,1,0,12x,3,offline,",
            "3,Llama 3.3 70B,L4,24,BF16,1,1,128,128,1,offline-max,",
            "4,Llama 3.1 8B,H100,80,FP8,1,1,128,128,1,offline-max,");

        Assert.Contains("line 3: osl: \"12x\" is not a whole number; scenario: \"offline\" does not begin with offline-max", lines[2].Replace("\"\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Matches(",,false,0,,,memory,.*weights", lines[3]);
        Assert.Equal(lines[1][2..], lines[4][2..]);
    }

    [Fact]
    public async Task Every_name_and_number_of_a_row_is_checked()
    {
        var row = (await Size("2,Lama 3.1 8B,A10,,FP8,3,1,0,12,3,offline-max,"))[1];
        Assert.Contains("line 2: model: unknown model", row, StringComparison.Ordinal);
        Assert.Contains("gpu: unknown GPU", row, StringComparison.Ordinal);
        Assert.Contains("isl: 0 is not above zero", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_above_the_models_context_are_predicted_with_a_remark()
    {
        var row = (await Size("1,Llama 3.1 8B,H100,80,FP8,1,1,140000,100,1,serving-concurrency=1,"))[1];
        Assert.True(Predicted(row) > 0);
        Assert.EndsWith("above the 131072 that llama-3.1-8b was made for", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_of_data_frames_are_taken() =>
        Assert.True(Predicted((await Size("1,Llama 3.1 8B,H100,80.0,FP8,1.0,1.0,128.0,128.0,1.0,offline-max,"))[1]) > 0);

    [Fact]
    public async Task Copies_of_the_attention_may_stand_beside_or_within_the_tensor_GPUs()
    {
        var lines = await Size(
            "1,Llama 3.1 8B,H100,80,FP8,1,1,128,128,4,offline-max;attn-dp=4,",
            "2,Llama 3.1 8B,H100,80,FP8,4,1,128,128,4,offline-max;attn-dp=4,");
        Assert.Equal(Predicted(lines[1]), Predicted(lines[2]));
    }

    [Fact]
    public async Task Malformed_rows_are_refused_by_line_and_nothing_is_written()
    {
        Write(Header + "1,Llama 3.1 8B,H100,80,FP8,1,1,128,128,1,offline-max,\n2,Llama\n3,\"Llama\"x,H100,80,FP8,1,1,128,128,1,offline-max,\n");
        var ran = await Run();
        Assert.Equal(1, ran.Code);
        Assert.Contains("in.csv:3:0: has 2 fields, the first line has 12", ran.Error, StringComparison.Ordinal);
        Assert.Contains("in.csv:4:0: has text after a closing quote", ran.Error, StringComparison.Ordinal);
        Assert.Equal(["in.csv"], Directory.EnumerateFiles(_root).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("model,gpu\n", "has no column precision, tensor_parallel")]
    [InlineData("model,model,gpu,precision,tensor_parallel,pipeline_parallel,isl,osl,scenario\n", "has two columns model")]
    [InlineData("reason,model,gpu,precision,tensor_parallel,pipeline_parallel,isl,osl,scenario\n", "has already reason")]
    public async Task A_file_of_other_columns_is_refused(string text, string message)
    {
        Write(text);
        var ran = await Run();
        Assert.Equal(1, ran.Code);
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
    }

    private async Task<string[]> Size(params string[] rows)
    {
        Write(Header + string.Join('\n', rows) + "\n");
        var ran = await Run();
        Assert.Equal((0, ""), (ran.Code, ran.Out));
        return File.ReadAllLines(Path.Combine(_root, "out.csv"));
    }

    private Task<Ran> Run() => Cli.In(_root, "size", "--batch", "in.csv", "--out", "out.csv");

    private void Write(string text) => File.WriteAllText(Path.Combine(_root, "in.csv"), text);

    private static double Predicted(string line) => double.Parse(line.Split(',')[^7], CultureInfo.InvariantCulture);
}
