using System.Globalization;
using BenchmarkDotNet.Running;
using GpuInfra.Benchmarks;
using GpuInfra.Benchmarks.Accuracy;
using GpuInfra.Planning.Sizing;

// `fit` and `accuracy` are about the performance model; `scale` measures growth with the number of servings, each size in a process of its own; `optimum` proving a month's optimum; `traces` the reading of traces; `replay` the simulator; `focus` the reading of bills; `diff` comparing locks and large records; `savings` compares fleets of other rules with ours; everything else is BenchmarkDotNet's.
switch (args)
{
    case ["scale"]:
        await Scale.RunAllAsync();
        break;
    case ["scale", var servings]:
        await Scale.RunOneAsync(int.Parse(servings, CultureInfo.InvariantCulture));
        break;
    case ["optimum"]:
        await OptimumScale.RunAllAsync();
        break;
    case ["optimum-production"]:
        OptimumScale.RunProduction();
        break;
    case [("optimum" or "optimum-quotas") and var verb, var servings]:
        OptimumScale.RunOne(int.Parse(servings, CultureInfo.InvariantCulture), withQuotas: verb == "optimum-quotas");
        break;
    case ["diff"]:
        await DiffScale.RunAsync();
        break;
    case ["traces"]:
        TraceScale.Run();
        break;
    case ["focus"]:
        FocusScale.Run();
        break;
    case ["savings"]:
        Savings.Run();
        break;
    case ["replay"]:
        ReplayScale.Run();
        break;
    case ["fit", "--data", var directory]:
        FitCommand.Run(directory);
        break;
    case ["accuracy", "--data", var directory]:
        AccuracyReport.Print(MeasuredRow.ReadAll(directory));
        break;
    case ["accuracy", "--data", var directory, "--exam", var kept]:
        AccuracyReport.PrintExam(MeasuredRow.ReadAll(kept), CalibrationFit.Of(MeasuredRow.ReadAll(directory), Calibration.Embedded));
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Scale).Assembly).Run(args);
        break;
}
