namespace Pulumi;

/// <summary>What a program can ask of the deployment it runs in.</summary>
public sealed class DeploymentInstance
{
    private readonly Deployment _deployment;

    internal DeploymentInstance(Deployment deployment) => _deployment = deployment;

    public string OrganizationName => _deployment.Settings.Organization;

    public string ProjectName => _deployment.Settings.Project;

    public string StackName => _deployment.Settings.Stack;

    public bool IsDryRun => _deployment.Settings.IsDryRun;

    public string RootDirectory => _deployment.Settings.RootDirectory
        ?? throw new InvalidOperationException("The deployment has no root directory: set TestOptions.RootDirectory.");

    public Output<T> Invoke<T>(string token, InvokeArgs args, InvokeOptions? options = null)
        => new(_deployment.InvokeAsync<T>(token, args, options));

    public Output<T> Invoke<T>(string token, InvokeArgs args, InvokeOutputOptions options)
        => new(_deployment.InvokeAsync<T>(token, args, options));

    public Output<T> InvokeSingle<T>(string token, InvokeArgs args, InvokeOptions? options = null)
        => Invoke<Dictionary<string, T>>(token, args, options).Apply(outputs => outputs.Values.First());

    public Output<T> InvokeSingle<T>(string token, InvokeArgs args, InvokeOutputOptions options)
        => Invoke<Dictionary<string, T>>(token, args, options).Apply(outputs => outputs.Values.First());

    public async Task<T> InvokeAsync<T>(string token, InvokeArgs args, InvokeOptions? options = null)
        => (await _deployment.InvokeAsync<T>(token, args, options)).Value;

    public async Task<T> InvokeSingleAsync<T>(string token, InvokeArgs args, InvokeOptions? options = null)
        => (await InvokeAsync<Dictionary<string, T>>(token, args, options)).Values.First();

    public async Task InvokeAsync(string token, InvokeArgs args, InvokeOptions? options = null)
        => await _deployment.InvokeAsync<object>(token, args, options);
}
