import { show } from '@rag/ui';
import '@rag/ui/style/index.css';
import './style/index.css';

import { AdminPage } from './AdminPage.tsx';

show(<AdminPage />);
