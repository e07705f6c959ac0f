/** A person signs in at IAM Identity Center by the device flow (OIDC API, StartDeviceAuthorization). */

/** What `aws sso login` leaves in its cache. */
export async function signInByDevice(
  url: string,
  startUrl: string,
  username: string,
  password: string,
): Promise<Readonly<Record<string, string>>> {
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Record<string, string>
  }
  const registered = await post('/client/register', {
    clientName: 'interop',
    clientType: 'public',
    scopes: ['sso:account:access'],
  })
  const { clientId = '', clientSecret = '' } = registered
  const client = { clientId, clientSecret }
  const device = await post('/device_authorization', { ...client, startUrl })
  const answer = { user_code: device.userCode ?? '', username, password, answer: 'allow' }
  await fetch(`${url}/device`, { method: 'POST', body: new URLSearchParams(answer) })
  const { accessToken = '' } = await post('/token', {
    ...client,
    grantType: 'urn:ietf:params:oauth:grant-type:device_code',
    deviceCode: device.deviceCode,
  })
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  return { startUrl, region: 'eu-central-1', accessToken, expiresAt, ...client }
}
