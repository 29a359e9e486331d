/** Campaigns that find their targets by themselves: what people do every week. @module */
import { backupCampaigns } from './backups.ts'
import { certificateCampaigns } from './certificates.ts'
import { deployCampaigns } from './deploy.ts'
import { offboardCampaigns } from './offboard.ts'
import { settingsCampaigns } from './settings.ts'

export const readyMade = {
  ...certificateCampaigns,
  ...backupCampaigns,
  ...settingsCampaigns,
  ...offboardCampaigns,
  ...deployCampaigns,
}
